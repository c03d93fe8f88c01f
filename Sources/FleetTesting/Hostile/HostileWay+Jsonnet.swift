extension HostileWay {
    /// Through jsonnet.
    static let jsonnets = [
        HostileWay("import of an absolute path") { try $0.jsonnet("import '\($0.folder)/code.libsonnet'") },
        HostileWay("import above the fleet") { try $0.jsonnet("import '../../../outside/code.libsonnet'") },
        HostileWay("importstr") { try $0.jsonnet("{ own: { x: importstr '../../../outside/plain.yaml' } }") },
        HostileWay("importbin") {
            try $0.jsonnet("{ own: { x: std.decodeUTF8(importbin \"../../../outside/plain.yaml\") } }")
        },
        HostileWay("importstr behind a comment") {
            try $0.jsonnet("{ own: { x: importstr /* ' */ // \"\n # '\n '\($0.folder)/plain.yaml' } }")
        },
        HostileWay("importstr of a verbatim text") {
            try $0.jsonnet("{ own: { [@'it''s']: 1, x: importstr @'\($0.folder)/plain.yaml' } }")
        },
        HostileWay("importstr with signs as numbers") {
            try $0.jsonnet("{ own: { x: importstr '\\u002e./.\\u002e/../outside/plain.yaml' } }")
        },
        HostileWay("importstr behind a text block") {
            try $0.jsonnet("{ a: |||\n    it's ||| not over\n  |||, own: { x: importstr '\($0.folder)/plain.yaml' } }")
        },
        HostileWay("importstr that is never evaluated") {
            try $0.jsonnet("{ own: { x: if false then importstr '\($0.folder)/plain.yaml' else 1 } }")
        },
        HostileWay("import of a file that imports") {
            try $0.fleet.write(["helm-charts/basehub/a.libsonnet": "{ x: importstr '../../../outside/plain.yaml' }"])
            try $0.jsonnet("{ own: import 'a.libsonnet' }")
        },
        HostileWay("import of a link") {
            try $0.link("helm-charts/basehub/a.libsonnet", to: "../../../outside/code.libsonnet")
            try $0.jsonnet("{ own: import 'a.libsonnet' }")
        },
        HostileWay("import through a folder that is a link") {
            try $0.link("helm-charts/basehub/far", to: "../../../outside")
            try $0.jsonnet("{ own: { x: importstr 'far/plain.yaml' } }")
        },
        HostileWay("a path that is computed") {
            try $0.jsonnet("{ own: { x: importstr ('../../../' + 'outside/plain.yaml') } }")
        },
        HostileWay("a listed jsonnet file that imports") {
            try $0.fleet.write(["config/clusters/c/x.jsonnet": "{ own: { x: importstr '\($0.folder)/plain.yaml' } }"])
            try $0.list("x.jsonnet")
        },
        HostileWay("a jsonnet file that is a link") {
            try $0.link("helm-charts/basehub/values.jsonnet", to: "../../../outside/code.libsonnet")
        },
        HostileWay("importstr of the process' variables") {
            try $0.jsonnet("{ own: { x: importstr '/proc/self/environ' } }")
        },
        HostileWay("importstr of git's settings") { try $0.jsonnet("{ own: { x: importstr '../../.git/config' } }") },
        HostileWay("a variable of the process") { try $0.jsonnet("{ own: { x: std.extVar('HUBFLEET_PLANTED') } }") },
        HostileWay("a long way round") {
            try $0.jsonnet("{ own: { x: importstr './a/../b/../../../.././outside//plain.yaml' } }")
        },
    ]
}
