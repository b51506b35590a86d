#!/usr/bin/env python3
"""CPU time of `bidwright check` over workspaces of many documents of 3 KB.

Makes workspaces in a temporary folder, runs the binary on each a few times, and prints the least CPU time of user and
system together, in seconds. Nothing is asserted: machines differ. The goals are 0.3 s for 1,000 documents and 1.5 s for
5,000.

    cargo build --release && python3 benches/check.py [BINARY]
"""

import os
import pathlib
import resource
import subprocess
import sys
import tempfile

BINARY = sys.argv[1] if len(sys.argv) > 1 else "target/release/bidwright"
ROUNDS = 3
SIZE = 3 * 1024


def document(number: int) -> str:
    """A product in a library: text, figures, a list, about 3 KB."""
    head = (
        f"kind: product\nid: library/product-{number}\ntitle: 产品{number}\nconfidentiality: public\ndata:\n"
        f"  name: 产品{number}\n  brand: 示例\n  model: M-{number}\n  maker: 示例设备有限公司\n  origin: 示例市\n"
        "  unit: 台\n  category: 硬件\n  imported: false\n  parameters:\n"
    )
    parameters = "".join(
        f"    - {{ name: 指标{at}, value: \"{number + at}\", unit: 项 }}\n" for at in range(12)
    )
    text = "  description: |\n"
    line = 0
    while len((head + parameters + text).encode()) < SIZE:
        line += 1
        text += f"    第{line}段：产品{number}在园区各处部署，断网后自行工作，恢复后补传数据，状态全程留痕。\n\n"
    return head + parameters + text


def least(workspace: pathlib.Path) -> float:
    times = []
    for _ in range(ROUNDS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([BINARY, "check", workspace, "--quiet"], capture_output=True, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode != 0:
            sys.exit(f"check found something:\n{done.stderr[:2000]}")
        times.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    return min(times)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for count in (1000, 5000):
            workspace = pathlib.Path(folder) / str(count)
            subprocess.run([BINARY, "init", workspace], check=True, capture_output=True)
            products = workspace / "library" / "products"
            os.makedirs(products)
            for number in range(count):
                (products / f"product-{number}.yaml").write_text(document(number), encoding="utf-8")
            print(f"{count} documents: {least(workspace):.2f} s of CPU")


if __name__ == "__main__":
    main()
