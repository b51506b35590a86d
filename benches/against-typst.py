#!/usr/bin/env python3
"""Pairs a cold build of the sample with the plain Typst compiler on the same generated sources.

Needs: a release build, and the compiler as the Python wheel of the same minor version (`pip install typst`).
Prints CPU seconds of both and their ratio, and the peak memory of setting one volume of about 200 pages.

Every PDF that Bidwright writes is set once by the plain compiler, in a process of its own, with the same fonts. A
second ratio counts one such compile per volume, since original and copy differ in a mark alone.
Bidwright's figure holds everything: reading YAML and Markdown, all checks, the passes that settle page numbers
across volumes, hashes and writing. The two alternate, and the median of the rounds is compared, so that a busy
machine slows both alike.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "samples" / "smart-park"
BID = "projects/smart-park/bid/bid.yaml"

COMPILE = """
import sys, typst
typst.compile(sys.argv[1] + "/main.typ", root=sys.argv[1], font_paths=[sys.argv[2]], ignore_system_fonts=True,
              output=sys.argv[3])
"""


def measured(command, codes=(0,)):
    """CPU seconds and peak resident MiB of one command."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, status, usage = os.wait4(child.pid, 0)
    errors = child.stderr.read().decode()
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in codes:
        sys.exit(f"{command[0]} failed: {errors}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def unpack_fonts(target):
    for face in (ROOT / "templates" / "fonts").glob("*.ttf.zst"):
        subprocess.run(["zstd", "-q", "-d", face, "-o", target / face.stem], check=True)


def large_volume(binary, scratch):
    """A workspace whose only volume has all chapters but the list of past projects: 200 pages with scans."""
    import yaml

    workspace = scratch / "large"
    shutil.copytree(SAMPLE, workspace, ignore=shutil.ignore_patterns("out"))
    path = workspace / BID
    bid = yaml.safe_load(path.read_text())
    commercial, technical, price = bid["data"]["volumes"]
    # The form that opens the price volume stands in the commercial one as well.
    chapters = commercial["chapters"] + technical["chapters"] + price["chapters"][1:]
    technical["chapters"] = [chapter for chapter in chapters if chapter.get("form") not in ("past-projects", "team")]
    bid["data"]["volumes"] = [technical]
    path.write_text(yaml.dump(bid, allow_unicode=True, sort_keys=False))
    out = scratch / "large-out"
    # As a draft: with volumes left out, some answers lead nowhere.
    _, peak = measured([binary, "build", "-q", "--draft", path, "--out", out], codes=(0, 1))
    manifest = json.loads((out / "smart-park" / "manifest.json").read_text())
    original = next(output for output in manifest["outputs"] if output.get("volume"))
    return original["pages"], peak


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=ROOT / "target" / "release" / "bidwright", type=Path)
    parser.add_argument("--rounds", default=3, type=int)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        fonts, sources, out = scratch / "fonts", scratch / "sources", scratch / "out"
        fonts.mkdir()
        unpack_fonts(fonts)
        subprocess.run([arguments.binary, "build", SAMPLE / BID, "--sources", sources], check=True)
        volumes = sorted(path for path in sources.iterdir() if path.is_dir())
        ours, plain, single = [], [], []
        for _ in range(arguments.rounds):
            cpu, _ = measured([arguments.binary, "build", "-q", SAMPLE / BID, "--out", out])
            ours.append(cpu)
            copies = [sum(measured([sys.executable, "-c", COMPILE, volume, fonts, scratch / "plain.pdf"])[0]
                          for volume in volumes) for _copy in ("正本", "副本")]
            plain.append(sum(copies))
            single.extend(copies)
        ours, plain, single = map(statistics.median, (ours, plain, single))
        print(f"cold build of {2 * len(volumes)} PDF: bidwright {ours:.2f} s, typst alone {plain:.2f} s of CPU, "
              f"ratio {ours / plain:.2f}; once per volume {single:.2f} s, ratio {ours / single:.2f}")
        pages, peak = large_volume(arguments.binary, scratch)
        print(f"one volume of {pages} pages: peak {peak:.0f} MiB")


if __name__ == "__main__":
    main()
