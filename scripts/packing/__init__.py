"""The half of scripts/release that packs: what a program needs, and the files that it is handed out in."""
