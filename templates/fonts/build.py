#!/usr/bin/env python3
"""Make the four subset fonts that the binary embeds.

Inputs, all under the SIL Open Font License 1.1:
  * npm package @expo-google-fonts/noto-serif-sc and -noto-sans-sc, 0.4.3 (static TTF per weight): `npm pack`, then unpack;
  * Debian package fonts-noto-core (Noto Sans Symbols 2, for ☐ ☑ ☒ ✔ and the like, which Noto CJK lacks);
  * Debian package unicode-data (Unihan kTGH: the 8,105 characters of 通用规范汉字表).
Needs Python with fonttools and zstandard.

Character set: GB2312 ∪ 通用规范汉字表 ∪ Big5 level 1 ∪ symbols, punctuation, Latin, Greek, Cyrillic, kana, radicals
(13,971 code points). "Noto" is not a reserved font name, so the subsets keep their family names.

The .json beside each face holds what the typesetter chooses faces by. After a new build of the fonts, the unit test of
src/render/font.rs finds them stale, writes fresh ones into the temporary folder and says where.

usage: build.py --serif DIR --sans DIR --symbols NotoSansSymbols2-Regular.ttf --unihan Unihan_OtherMappings.txt.bz2 --out DIR
"""
import argparse
import bz2
import pathlib
import unicodedata

import zstandard
from fontTools import subset
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

FROM_SYMBOLS = "☐☑☒✔✗✘✕✖☎✉☞➢➤❶❷❸❹❺❻❼❽❾❿"
REQUIRED = set("〇★▲☑□√×￥¥①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳✓✔☐☒■●○◆△※§№℃㎡、。，；：？！“”‘’（）《》〈〉【】〔〕「」『』—…·～")
RANGES = [
    (0x20, 0x7E), (0xA0, 0x17F), (0x391, 0x3C9), (0x401, 0x401), (0x410, 0x451), (0x2000, 0x206F), (0x2070, 0x209F),
    (0x20A0, 0x20BF), (0x2100, 0x218F), (0x2190, 0x23FF), (0x2460, 0x27BF), (0x2E80, 0x2FDF), (0x3000, 0x30FF),
    (0x3100, 0x312F), (0x31C0, 0x31EF), (0x3200, 0x33FF), (0xFE10, 0xFE1F), (0xFE30, 0xFE6F), (0xFF00, 0xFFEF),
]


def decoded(pairs, codec):
    """The characters that the two-byte codes `pairs` stand for in `codec`."""
    found = set()
    for high, low in pairs:
        try:
            found.add(bytes([high, low]).decode(codec))
        except UnicodeDecodeError:
            pass
    return found


def characters(unihan):
    """The whole character set of the subset fonts."""
    gb2312 = decoded(((a, b) for a in range(0xA1, 0xFF) for b in range(0xA1, 0xFF)), "gb2312")
    big5_level_1 = decoded(((a, b) for a in range(0xA4, 0xC7) for b in range(0x40, 0xFF)), "big5")
    standard = {chr(int(line.split("\t")[0][2:], 16)) for line in bz2.open(unihan, "rt") if "\tkTGH\t" in line}
    common = {chr(c) for a, b in RANGES for c in range(a, b + 1) if unicodedata.category(chr(c)) != "Cn"}
    return gb2312 | big5_level_1 | standard | common


def make(source, symbols, chars, out):
    """Write the subset of `source`, with the symbols that it lacks copied in, as `out` (zstd)."""
    options = subset.Options()
    options.layout_features = ["kern", "palt", "vert", "halt", "chws", "ccmp", "mark", "mkmk"]
    options.hinting, options.notdef_outline, options.glyph_names, options.recalc_timestamp = False, True, False, False
    options.name_IDs = ["*"]
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[ord(c) for c in chars])
    subsetter.subset(font)

    have, extra = font.getBestCmap(), TTFont(symbols)
    extra_cmap, extra_glyphs = extra.getBestCmap(), extra.getGlyphSet()
    em = font["head"].unitsPerEm
    scale, order = em / extra["head"].unitsPerEm, list(font.getGlyphOrder())
    for c in FROM_SYMBOLS:
        if ord(c) in have or ord(c) not in extra_cmap:
            continue
        glyph, name = extra_cmap[ord(c)], f"sym{ord(c):04X}"
        width = extra_glyphs[glyph].width * scale
        pen = TTGlyphPen(None)
        extra_glyphs[glyph].draw(TransformPen(pen, (scale, 0, 0, scale, max(0, (em - width) / 2), 0)))
        outline = pen.glyph()
        order.append(name)
        font.setGlyphOrder(order)
        font["glyf"].glyphs[name], font["glyf"].glyphOrder = outline, order
        outline.recalcBounds(font["glyf"])
        font["hmtx"].metrics[name] = (max(int(width), em), getattr(outline, "xMin", 0))
        for table in font["cmap"].tables:
            if table.isUnicode() and table.format in (4, 12):
                table.cmap[ord(c)] = name
    font["maxp"].numGlyphs = len(order)
    for table in ("vmtx", "vhea", "VORG", "STAT", "DSIG"):  # horizontal text only
        if table in font:
            del font[table]
    plain = out.with_suffix("")
    font.save(plain)
    missing = {c for c in REQUIRED if ord(c) not in TTFont(plain).getBestCmap()}
    if missing:
        raise SystemExit(f"{out.name}: no glyph for {''.join(sorted(missing))}")
    out.write_bytes(zstandard.ZstdCompressor(level=19).compress(plain.read_bytes()))
    print(f"{out.name}: {len(order)} glyphs, {out.stat().st_size:,} bytes")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("serif", "sans", "symbols", "unihan", "out"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    chars = characters(args.unihan)
    for family, folder in (("Serif", args.serif), ("Sans", args.sans)):
        for weight, number in (("Regular", 400), ("Bold", 700)):
            source = folder / f"{number}{weight}" / f"Noto{family}SC_{number}{weight}.ttf"
            make(source, args.symbols, chars, args.out / f"Noto{family}SC-{weight}.ttf.zst")


if __name__ == "__main__":
    main()
