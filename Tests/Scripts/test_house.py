"""scripts/check-imports: imports, the rooms of a target, and who may reveal a secret, on small trees made up here."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from house.checks import House

Check = Callable[..., list[str]]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Writes files below Sources, and gives the findings of a house that has the tables given."""

    def findings(files: dict[str, str], allowed: str = "", **tables: Any) -> list[str]:
        for name, text in files.items():
            file = tmp_path / "Sources" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        targets = {Path(name).parts[0] for name in files}
        return House(dict.fromkeys(targets, allowed), **tables).findings(tmp_path)

    return findings


HEALTHY = {
    "Fleet/Start.swift": "struct Start { let door: Door; let stairs: Stairs }\n",
    "Fleet/Ground/Door.swift": "import Foundation\n\nstruct Door {}\nprivate struct Key {}\n",
    "Fleet/Stairs/Stairs.swift": "struct Stairs { let door: Door }\nprivate struct Key {}\n",
    "Fleet/Stairs/Steep/Ladder.swift": "struct Ladder { let stairs: Stairs }\n",
}
ORDER = {"Fleet": ["Ground", "Stairs", "."]}


def test_a_healthy_tree_has_no_findings(check: Check) -> None:
    assert check(HEALTHY, order=ORDER) == []


def test_nothing_is_looked_up_by_a_string_where_names_must_be_exact(check: Check) -> None:
    files = {
        "Homes/A.swift": "let one: Set<String> = []\nlet two: [String: Int] = [:]\nlet page: [String: Any] = [:]\n",
        "Tools/B.swift": "let one: Set<String> = []\n",
    }
    reason = "two names may be one for String: look up by ExactText"
    assert check(files, exact={"Homes"}) == [f"Sources/Homes/A.swift:{line}: {reason}" for line in (1, 2)]
    assert check(files) == []


ROOT = Path(__file__).parents[2]


def run_script(root: Path) -> tuple[int, list[str]]:
    """The status of scripts/check-imports for a tree, and what it says."""
    result = subprocess.run([ROOT / "scripts/check-imports", root], capture_output=True, text=True, check=False)
    return result.returncode, result.stderr.splitlines()


def test_the_real_tree_has_no_findings() -> None:
    assert run_script(ROOT) == (0, [])


def test_a_broken_floor_of_the_real_tree_fails(tmp_path: Path) -> None:
    """A type of the ground that names one of the top, in a copy of a target that has an order."""
    shutil.copytree(ROOT / "Sources", tmp_path / "Sources", ignore=shutil.ignore_patterns("Embedded"))
    (tmp_path / "Sources/Homes/Bytes/Broken.swift").write_text("struct Broken { let top: HomeImport }\n")
    status, said = run_script(tmp_path)
    assert status == 1
    assert said[0] == "Sources/Homes/Bytes/Broken.swift:1: Bytes uses HomeImport of Import, which lies above it"


# Circles.


def test_two_rooms_that_use_each_other_are_a_circle(check: Check) -> None:
    files = {
        "Fleet/Cellar/Wine.swift": "\n\nstruct Wine {\n    let glass: Glass\n}\n",
        "Fleet/Kitchen/Glass.swift": "struct Glass {}\nfunc pour(_ wine: Wine) {}\n",
    }
    assert check(files) == [
        "Sources/Fleet: a circle: Cellar → Kitchen → Cellar",
        "  Sources/Fleet/Cellar/Wine.swift:4: Cellar uses Glass of Kitchen",
        "  Sources/Fleet/Kitchen/Glass.swift:2: Kitchen uses Wine of Cellar",
    ]


def test_a_circle_of_three_names_each_step(check: Check) -> None:
    files = {
        f"Fleet/{here}/File.swift": f"struct In{here} {{ let next: In{there} }}"
        for here, there in zip("ABC", "BCA", strict=True)
    }
    assert check(files) == [
        "Sources/Fleet: a circle: A → B → C → A",
        "  Sources/Fleet/A/File.swift:1: A uses InB of B",
        "  Sources/Fleet/B/File.swift:1: B uses InC of C",
        "  Sources/Fleet/C/File.swift:1: C uses InA of A",
    ]


def test_the_files_of_the_top_folder_are_a_room(check: Check) -> None:
    files = {
        "Fleet/Top.swift": "enum Top { case low(Low) }",
        "Fleet/Low/Low.swift": "protocol Low { var top: Top { get } }",
    }
    assert check(files)[0] == "Sources/Fleet: a circle: the top folder → Low → the top folder"


def test_rooms_inside_rooms_are_looked_at_too(check: Check) -> None:
    files = {
        "Fleet/Local/Running/Run.swift": "actor Run { let place: Place? = nil }",
        "Fleet/Local/Folders/Place.swift": "class Place { func run() -> Run { Run() } }",
    }
    assert check(files)[0] == "Sources/Fleet/Local: a circle: Folders → Running → Folders"


def test_two_folders_are_a_circle_when_different_rooms_of_theirs_close_it(check: Check) -> None:
    files = {
        "Fleet/A/One/One.swift": "struct One { let three: Three }",
        "Fleet/A/Two/Two.swift": "struct Two {}",
        "Fleet/B/Three.swift": "struct Three { let two: Two }",
    }
    assert check(files)[0] == "Sources/Fleet: a circle: A → B → A"


def test_all_circles_are_named(check: Check) -> None:
    files = {
        "Fleet/A/A.swift": "struct A { let b: B; let c: C }",
        "Fleet/B/B.swift": "struct B { let a: A }",
        "Fleet/C/C.swift": "struct C { let a: A }",
    }
    found = [line for line in check(files) if "circle" in line]
    assert found == ["Sources/Fleet: a circle: A → B → A", "Sources/Fleet: a circle: A → C → A"]


# What is a use.

USES = [
    "struct Low { let high: High }",
    "extension High { func low() {} }",
    "typealias Low = [String: High?]",
    'let text = "\\(High.self)"',
    'let text = #"\\#(High.self)"#',
    "@High struct Low {}",
    "func low() { _ = high() }",
    "func low(_ text: String) { text.split(by: /a'\"/); _ = High() }",
    "let half = (1 / 2, High(), 3 / 4)",
    'let text = "a" /* " */ + High().text + /* " */ "b"',
    "struct Low { func f() -> High.Inner {} }",
]
NO_USES = [
    "// High is spoken of.",
    "/* High /* and again */ High */",
    'let text = "High \\" High"',
    'let text = """\n    High "High" \\""" High\n    """',
    'let text = #"High \\(High) "High" "#',
    "let pattern = /High \\/ High/",
    "let pattern = #/High / High/#",
    "struct Low<High> { let value: High }",
    "func low<High: Sequence>(_ value: High) {}",
    "struct Low { enum High {}; let own: High }",
    "struct Low { private struct High {}; let own: High }",
    "private struct High {}\nlet own = High()",
    "let other = Other.High()",
    "let other: Other = .High",
    "let high = 1",
    "let value = other.high()",
    "struct Low { associatedtype High; let own: High }",
]
HIGH = "struct High { enum Inner {} }\nfunc high() {}\n"


@pytest.mark.parametrize("source", USES)
def test_a_name_is_used(check: Check, source: str) -> None:
    found = check({"Fleet/High/High.swift": HIGH, "Fleet/Low/Low.swift": source}, order={"Fleet": ["Low", "High"]})
    name = "high" if "high()" in source else "High"
    assert found == [f"Sources/Fleet/Low/Low.swift:1: Low uses {name} of High, which lies above it"]


@pytest.mark.parametrize("source", NO_USES)
def test_a_word_is_no_use(check: Check, source: str) -> None:
    files = {"Fleet/High/High.swift": HIGH, "Fleet/Low/Low.swift": source}
    assert check(files, order={"Fleet": ["Low", "High"]}) == []


def test_a_name_that_two_rooms_declare_is_left_out(check: Check) -> None:
    files = {
        "Fleet/A/Word.swift": "struct Word {}\nstruct A { let other: Only }",
        "Fleet/B/Word.swift": "struct Word {}",
        "Fleet/C/Only.swift": "struct Only { let word: Word }",
    }
    assert check(files) == []


def test_a_type_inside_another_belongs_to_the_room_that_gives_it(check: Check) -> None:
    files = {
        "Fleet/A/Plan.swift": "struct Plan {}\nextension Plan { func run() -> Step { Step() } }",
        "Fleet/A/Other.swift": "struct Other { let step: Plan.Step; struct Step {} }",
        "Fleet/B/Step.swift": "extension Plan { struct Step {} }",
    }
    assert check(files) == [
        "Sources/Fleet: a circle: A → B → A",
        "  Sources/Fleet/A/Other.swift:1: A uses Step of B",
        "  Sources/Fleet/B/Step.swift:1: B uses Plan of A",
    ]


def test_a_member_that_another_room_gives_to_a_type_is_a_use(check: Check) -> None:
    files = {
        "Fleet/A/Plan.swift": "struct Plan {}\nfunc run(_ plan: Plan) { plan.pack() }",
        "Fleet/B/Packing.swift": "extension Plan { func pack() {} }",
    }
    assert check(files)[1:] == [
        "  Sources/Fleet/A/Plan.swift:2: A uses pack of B",
        "  Sources/Fleet/B/Packing.swift:1: B uses Plan of A",
    ]


@pytest.mark.parametrize(
    "packing",
    [
        "extension Plan { private func pack() {} }",
        "private extension Plan { func pack() {} }",
        "extension Plan { func pack() {} }\nstruct Bag { func pack() {} }",
        "extension Plan { func other() { let pack = 1 } }",
    ],
)
def test_a_member_that_could_be_another_one_is_left_out(check: Check, packing: str) -> None:
    files = {
        "Fleet/A/Plan.swift": "struct Plan {}\nfunc run(_ plan: Plan) { plan.pack() }",
        "Fleet/B/Packing.swift": packing,
    }
    assert check(files) == []


# The order of floors.


def test_a_room_must_not_use_one_above(check: Check) -> None:
    files = HEALTHY | {"Fleet/Ground/Window.swift": "// A view.\nstruct Window { let ladder: Ladder }\n"}
    assert check(files, order=ORDER)[:1] == [
        "Sources/Fleet/Ground/Window.swift:2: Ground uses Ladder of Stairs, which lies above it"
    ]


def test_the_order_names_exactly_the_rooms_that_there_are(check: Check) -> None:
    assert check(HEALTHY, order={"Fleet": ["Ground", "Attic", "."]}) == [
        "Sources/Fleet/Stairs: not in the order of floors",
        "Sources/Fleet: there is no room Attic; take it out of the order",
    ]


# Secrets.


def test_only_the_listed_files_reveal_secrets(check: Check) -> None:
    files = {
        "Fleet/Open.swift": "let text = secret.reveal()\n",
        "Fleet/Other.swift": '// To reveal() is forbidden.\nlet words = "reveal"\nlet all = secrets.map(\\.reveal)\n',
    }
    assert check(files, revealing={"Fleet/Open.swift"}) == [
        "Sources/Fleet/Other.swift:3: this file must not reveal secrets"
    ]


def test_a_file_that_reveals_nothing_is_not_on_the_list(check: Check) -> None:
    assert check({"Fleet/Open.swift": "let reveals = 1\n"}, revealing={"Fleet/Open.swift"}) == [
        "Sources/Fleet/Open.swift: reveals no secret; take it off the list"
    ]


# Imports.


def test_a_target_imports_what_its_table_allows(check: Check) -> None:
    files = {
        "Fleet/File.swift": 'import Foundation\nimport Models\n// import Secrets\nlet text = """\nimport sys\n"""\n'
    }
    assert check(files, allowed="Models") == []


@pytest.mark.parametrize(
    "line",
    ["import Secrets", "@testable import Secrets", "internal import struct Secrets.Key", "import os; import Secrets"],
)
def test_a_target_imports_nothing_else(check: Check, line: str) -> None:
    assert check({"Fleet/File.swift": f"\n{line}\n"}, allowed="os") == [
        "Sources/Fleet/File.swift:2: Fleet must not import Secrets"
    ]


def test_a_forbidden_module_of_the_system_is_refused(check: Check) -> None:
    assert check({"Fleet/File.swift": "import Dispatch"}, forbidden={"Fleet": {"Dispatch"}}) == [
        "Sources/Fleet/File.swift:1: Fleet must not import Dispatch"
    ]


def test_a_new_target_needs_a_place_in_the_table(tmp_path: Path) -> None:
    (tmp_path / "Sources/New").mkdir(parents=True)
    assert House({}).findings(tmp_path) == [
        "Sources/New: not in the table of scripts/check-imports: add what it may import"
    ]


def test_a_target_that_is_gone_leaves_the_tables(tmp_path: Path) -> None:
    (tmp_path / "Sources").mkdir()
    assert House({"Old": ""}).findings(tmp_path) == ["Sources/Old: is gone; take it out of the tables"]


@pytest.mark.parametrize(
    "code", ["fatalError()", "try! run()", "extension A: @unchecked Sendable {}", "nonisolated(unsafe) let a = 1"]
)
def test_what_hides_faults_is_refused(check: Check, code: str) -> None:
    [found] = check({"Fleet/File.swift": f"// {code}\n{code}\n"})
    assert found.startswith("Sources/Fleet/File.swift:2: ")
