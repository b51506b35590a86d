//! Tests of whole texts: exact code, findings with their places, and what must hold for every text.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::diagnostic::{Lang, catalogue};
use crate::source::{FileId, Sources};

/// A text that is a file of its own.
pub(super) struct Whole(pub(super) FileId);

impl Places for Whole {
    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.0, range.start, range.end)
    }
}

fn facts() -> Facts {
    let values = json!({
        "project": {
            "name": "智慧园区",
            "nasty": "*粗* `码` [链](x) <b> | \\ \" $ # @ ~ _ {{ x }}",
            "address": "甲路1号\n乙楼\n\n丙室\n",
            "budget": "1250.50",
            "empty": "",
        },
        "web": "https://a.example",
    });
    Facts::new(&values, |amount| (amount == "1250.50").then(|| "壹仟贰佰伍拾元伍角".to_owned()))
}

/// Sets a text in which every image is found unless its path says `missing`.
fn run(text: &str) -> (Prose, Findings) {
    let file = Sources::default().add("a.md", text);
    let mut findings = Findings::default();
    let mut image = |path: &str, _: Span| (!path.contains("missing")).then(|| format!("/files/{path}"));
    let prose = set(text, &Whole(file), &facts(), &mut image, &mut findings);
    (prose, findings)
}

/// The calls that a text becomes.
fn code(text: &str) -> String {
    let code = run(text).0.code;
    let inner = code
        .strip_prefix("#import \"/templates/house/md.typ\"\n#{\n")
        .and_then(|code| code.strip_suffix("}\n"));
    inner.expect("every text has the same head and foot").to_owned()
}

/// The findings of a text, in its order: code, the text that each points at, and its hints.
fn found(text: &str) -> Vec<String> {
    let mut sources = Sources::default();
    sources.add("a.md", text);
    let mut findings = run(text).1;
    findings.settle(&sources);
    findings
        .iter()
        .map(|finding| {
            let mut line = format!("{} `{}`", finding.code, &text[finding.span.range()]);
            for hint in &finding.hints {
                let _ = write!(line, " {}", hint.key);
            }
            line
        })
        .collect()
}

/// Holds that a text becomes exactly this, without findings.
#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(code(text), expected);
    assert_eq!(found(text), [] as [&str; 0]);
}

#[test]
fn an_empty_text_is_an_empty_block() {
    check("", "");
    check("\n \n", "");
}

#[test]
fn paragraphs_and_marks() {
    check(
        "甲**乙***丙*~~丁~~",
        "md.p({\"甲\";md.strong({\"乙\";});md.emph({\"丙\";});md.strike({\"丁\";});});\n",
    );
    check("甲`乙`", "md.p({\"甲\";md.code(\"乙\");});\n");
    check("甲\\\n乙", "md.p({\"甲\";md.hardbreak;\"乙\";});\n");
    check("甲\n\n乙", "md.p({\"甲\";});\nmd.p({\"乙\";});\n");
    check("---", "md.rule();\n");
    check("> 甲\n> > 乙", "md.quote({md.p({\"甲\";});\nmd.quote({md.p({\"乙\";});\n});\n});\n");
    check("　　甲", "md.p({\"甲\";});\n");
    check("\\*甲\\* &lt; &#x4e2d; $x$ 3~5~8", "md.p({\"*甲* < 中 $x$ 3~5~8\";});\n");
    check("~甲~", "md.p({\"~\";\"甲\";\"~\";});\n");
}

#[test]
fn emphasis_beside_chinese_punctuation_is_bold() {
    check("这是**重要（必须）**的", "md.p({\"这是\";md.strong({\"重要（必须）\";});\"的\";});\n");
    check("**“引号”**后文", "md.p({md.strong({\"“引号”\";});\"后文\";});\n");
    check("该**方案（A）**满足", "md.p({\"该\";md.strong({\"方案（A）\";});\"满足\";});\n");
    check(
        "**甲：**乙、**丙。**丁",
        "md.p({md.strong({\"甲：\";});\"乙、\";md.strong({\"丙。\";});\"丁\";});\n",
    );
    check("共**{{ project.budget }}（元）**整", "md.p({\"共\";md.strong({\"1250.50（元）\";});\"整\";});\n");
    check("删~~（旧）~~改", "md.p({\"删\";md.strike({\"（旧）\";});\"改\";});\n");
    check("甲**`乙`**丙", "md.p({\"甲\";md.strong({md.code(\"乙\");});\"丙\";});\n");
}

#[test]
fn the_invisible_letter_is_never_left_behind() {
    let text = "# 见**（甲）**乙 {#a}\n\n`见**（甲）**乙` [见**（甲）**乙](https://a.b/见**（甲）**乙)\n\n\
                ```\n见**（甲）**乙\n```\n\n![见**（甲）**乙](见**（甲）**乙.png \"见**（甲）**乙\")\n";
    let (prose, _) = run(text);
    assert!(!prose.code.contains(MARK));
    assert!(prose.code.contains("md.code(\"见**（甲）**乙\")"));
    assert!(prose.code.contains("\"/files/见**（甲）**乙.png\""));
    assert!(prose.code.contains("caption: \"见**（甲）**乙\""));
}

#[test]
fn lines_join_between_chinese_characters() {
    check("甲\n乙", "md.p({\"甲\";\"乙\";});\n");
    check("甲，\n“乙”", "md.p({\"甲，\";\"“乙”\";});\n");
    check("甲\nab", "md.p({\"甲\";md.softbreak;\"ab\";});\n");
    check("ab\ncd", "md.p({\"ab\";md.softbreak;\"cd\";});\n");
    check("甲\n**乙**\n丙", "md.p({\"甲\";md.strong({\"乙\";});\"丙\";});\n");
    check("甲\n{{ project.name }}", "md.p({\"甲\";\"智慧园区\";});\n");
    check("甲\n{{ project.budget }}", "md.p({\"甲\";md.softbreak;\"1250.50\";});\n");
    check("甲\r\n乙\r\n", "md.p({\"甲\";\"乙\";});\n");
}

#[test]
fn headings_and_anchors() {
    check("# 甲\n## 乙 {#t-1.2:甲_b}\n", "md.h(1, {\"甲\";});\nmd.h(2, id: \"t-1.2:甲_b\", {\"乙\";});\n");
    let text = "# 甲 **{{ project.name }}** `c` {#a}\n\n甲\n===\n";
    let (prose, _) = run(text);
    assert_eq!(prose.anchors.len(), 1);
    assert_eq!(prose.anchors[0].0, "a");
    assert_eq!(&text[prose.anchors[0].1.range()], "#a");
    let headings: Vec<_> = prose
        .headings
        .iter()
        .map(|heading| (heading.level, heading.id.as_deref(), heading.text.as_str()))
        .collect();
    assert_eq!(headings, [(1, Some("a"), "甲 智慧园区 c"), (1, None, "甲")]);
}

#[test]
fn faults_of_headings_are_found() {
    assert_eq!(found("## 甲"), ["heading-jump `## 甲`"]);
    assert_eq!(found("# 甲\n### 乙\n# 丙\n## 丁"), ["heading-jump `### 乙`"]);
    assert_eq!(found("####### 甲"), ["heading-too-deep `#######`"]);
    assert_eq!(found("##甲"), ["heading-malformed `##`"]);
    assert_eq!(found("#1 楼\n\n#tag"), [] as [&str; 0]);
    assert_eq!(found("# 甲 {#a/b}"), ["anchor-invalid `#a/b`"]);
    assert_eq!(found("# 甲 {#a{{ project.budget }}}"), ["anchor-invalid `#a{{ project.budget }}`"]);
    assert_eq!(found("# 甲 {#a}\n# 乙 {#a}"), ["anchor-duplicate `#a`"]);
    assert_eq!(code("# 甲 {#a}\n# 乙 {#a}"), "md.h(1, id: \"a\", {\"甲\";});\nmd.h(1, {\"乙\";});\n");
    assert_eq!(found("# 甲 {.b c=d}"), ["markdown-lost `{.b c=d}` heading-attribute"]);
    for lost in ["{#a 1}", "{1 #a}", "{#a #b}", "{# a}", "{1}", "{}"] {
        let expected = format!("markdown-lost `{lost}` heading-attribute");
        assert_eq!(found(&format!("# 甲 {lost}")), [expected.as_str()]);
        assert_eq!(found(&format!("甲**乙** {lost}\n====")), [expected.as_str()]);
    }
    for kept in ["# 甲 {#a}", "# 甲 { #a } ##", "# {#a}", "# 甲 \\{#a 1\\}", "# 甲 `{#a 1}`", "# {b} 甲"]
    {
        assert!(found(kept).is_empty(), "{kept}");
    }
}

#[test]
fn lists() {
    check("- 甲\n- 乙\n", "md.list(tight: true, {\"甲\";},{\"乙\";},);\n");
    check("- 甲\n\n- 乙\n", "md.list(tight: false, {md.p({\"甲\";});\n},{md.p({\"乙\";});\n},);\n");
    check(
        "3. 甲\n   - 乙\n",
        "md.enum(start: 3, tight: true, {\"甲\";md.list(tight: true, {\"乙\";},);\n},);\n",
    );
    check(
        "- [ ] 甲\n- [x] 乙\n",
        "md.list(tight: true, {md.task(false);\"甲\";},{md.task(true);\"乙\";},);\n",
    );
    check("-\n- 乙\n", "md.list(tight: true, {\"\";},{\"乙\";},);\n");
}

#[test]
fn tables() {
    check(
        "表：设备 **清单**\n\n| 甲 | 乙 |\n|:--:|--:|\n| 1 | {{ project.budget | money }} |\n| 2 |\n",
        "md.table(align: (center,right,), caption: {\"设备 \";md.strong({\"清单\";});}, \
         header: ({\"甲\";},{\"乙\";},), ({\"1\";},{\"1,250.50\";},), ({\"2\";},{\"\";},), );\n",
    );
    check(
        "表: 甲\n| a |\n|---|\n| 1\\|2 |\n",
        "md.table(align: (left,), caption: {\"甲\";}, header: ({\"a\";},), ({\"1|2\";},), );\n",
    );
    check("表：甲\n\n乙", "md.p({\"表：甲\";});\nmd.p({\"乙\";});\n");
    check(
        "前\n\n| a |\n|---|\n",
        "md.p({\"前\";});\nmd.table(align: (left,), caption: none, header: ({\"a\";},), );\n",
    );
    check("表：\n\n| a |\n|---|\n", "md.table(align: (left,), caption: {\"\";}, header: ({\"a\";},), );\n");
}

#[test]
fn faults_of_tables_are_found() {
    assert_eq!(found("| a | b |\n|---|---|\n| 1 | 2 | 台 | **四** |\n"), ["table-cells-lost `台 | **四**`"]);
    assert_eq!(found("| a | b |\n|---|---|\n| 1 | 2 | |\n| 1 | 2\n"), [] as [&str; 0]);
    assert_eq!(found("> | a |\n> |---|\n> | 1 | 2 |\n"), ["table-cells-lost `2`"]);
    assert_eq!(found("| a | b |\n|---|\n| 1 | 2 |\n"), ["table-malformed `|---|`"]);
    assert_eq!(found("a | b\n-- | --\n1 | `x|y`\n"), ["table-cells-lost `y``"]);
}

#[test]
fn code_is_shown_as_it_is_written() {
    check(
        "```rust,x\nfn \"a\" {{ no.such }} **\n\tb\n```\n",
        "md.codeblock(\"rust\", \"fn \\\"a\\\" {{ no.such }} **\\n\\tb\");\n",
    );
    check("```\na\n```\n", "md.codeblock(none, \"a\");\n");
    check(
        "`{{ no.such }}` 与 `{{` 和 `}}`",
        "md.p({md.code(\"{{ no.such }}\");\" 与 \";md.code(\"{{\");\" 和 \";md.code(\"}}\");});\n",
    );
    check("    a\n", "md.codeblock(none, \"a\");\n");
    assert_eq!(found("    甲乙\n    丙\n"), ["markdown-indented-code `甲乙`"]);
}

#[test]
fn values_are_never_markdown() {
    let nasty = "\"*粗* `码` [链](x) <b> | \\\\ \\\" $ # @ ~ _ {{ x }}\"";
    check("{{ project.nasty }}", &format!("md.p({{{nasty};}});\n"));
    check("# {{ project.nasty }}", &format!("md.h(1, {{{nasty};}});\n"));
    check("- {{ project.nasty }}", &format!("md.list(tight: true, {{{nasty};}},);\n"));
    check("**{{ project.nasty }}**", &format!("md.p({{md.strong({{{nasty};}});}});\n"));
    check(
        "| a |\n|---|\n| {{ project.nasty }} |\n",
        &format!("md.table(align: (left,), caption: none, header: ({{\"a\";}},), ({{{nasty};}},), );\n"),
    );
    check(
        "![{{ project.nasty }}](a.png \"{{ project.nasty }}\")",
        &format!("md.image(\"/files/a.png\", alt: {nasty}, caption: {nasty}, inline: false);\n"),
    );
    check("[{{ project.nasty }}](#a)", &format!("md.p({{md.link(\"#a\", {{{nasty};}});}});\n"));
}

#[test]
fn values_stand_in_every_context() {
    check("甲{{ project.name }}乙", "md.p({\"甲智慧园区乙\";});\n");
    check(
        "{{ project.budget | money }} {{ project.budget | capital }}",
        "md.p({\"1,250.50 壹仟贰佰伍拾元伍角\";});\n",
    );
    check("[甲]({{ web }}/b)", "md.p({md.link(\"https://a.example/b\", {\"甲\";});});\n");
    check("{{ project.address }}", "md.p({\"甲路1号\";md.hardbreak;\"乙楼\";md.hardbreak;\"丙室\";});\n");
    check("# {{ project.address }}", "md.h(1, {\"甲路1号 乙楼 丙室\";});\n");
    check(
        "![{{ project.address }}](a.png)",
        "md.image(\"/files/a.png\", alt: \"甲路1号 乙楼  丙室\", caption: none, inline: false);\n",
    );
    check("{{ project.empty }}", "md.p({\"\";});\n");
    check("{{ \"{{\" }} \\{{ 甲 }}", "md.p({\"{{ {{ 甲 }}\";});\n");
    check(
        "甲[^a]\n\n[^a]: {{ project.name }}",
        "let note-1 = {\"智慧园区\";}\nmd.p({\"甲\";md.footnote(note-1);});\n",
    );
}

#[test]
fn faults_of_expressions_are_found() {
    assert_eq!(found("甲{{ project.nmae }}乙"), ["expression-unknown `nmae` near fields"]);
    assert_eq!(code("甲{{ project.nmae }}乙"), "md.p({\"甲{{ project.nmae }}乙\";});\n");
    assert_eq!(found("甲 {{ project.name"), ["expression-invalid `{{` unclosed"]);
    assert_eq!(code("甲 {{ project.name"), "md.p({\"甲 {{ project.name\";});\n");
    assert_eq!(
        found("{% if a %}甲{% endif %}"),
        ["expression-statement `{% if a %}`", "expression-statement `{% endif %}`"]
    );
    assert_eq!(found("甲 {# 注 #}"), ["expression-statement `{# 注 #}`"]);
    assert_eq!(
        found("[甲][{{ no }}]\n"),
        ["reference-unknown `[甲][{{ no }}]`", "expression-unknown `no` facts"]
    );
    assert_eq!(found("{{ '`' }} {{ no }} `甲`"), ["expression-invalid `{{` backtick"]);
    assert_eq!(
        found("\u{F0000}甲\u{10FFFD}\u{F0001}"),
        ["character-private `\u{F0000}`", "character-private `\u{10FFFD}\u{F0001}`"]
    );
    assert_eq!(code("\u{F0000}甲\u{10FFFD}"), "md.p({\"甲\";});\n");
}

#[test]
fn images() {
    check(
        "![甲](../a.png \"图注\")",
        "md.image(\"/files/../a.png\", alt: \"甲\", caption: \"图注\", inline: false);\n",
    );
    check(
        "见![甲](a.png)。",
        "md.p({\"见\";md.image(\"/files/a.png\", alt: \"甲\", caption: none, inline: true);\"。\";});\n",
    );
    check(
        "![**甲** `乙`\n丙](a.png)",
        "md.image(\"/files/a.png\", alt: \"甲 乙 丙\", caption: none, inline: false);\n",
    );
    check(
        "![甲][p]\n\n[p]: a.png \"图注\"",
        "md.image(\"/files/a.png\", alt: \"甲\", caption: \"图注\", inline: false);\n",
    );
    check("![甲](missing.png)", "md.p({\"[甲]\";});\n");
    check("见![](missing.png)", "md.p({\"见\";\"[missing.png]\";});\n");
    for address in ["https://a.example/b.png", "//a.example/b.png", "data:image/png;base64,AA"] {
        assert_eq!(found(&format!("![甲]({address})")), [format!("image-remote `{address}`")]);
    }
    let text = "甲 ![乙](c/丁.png)";
    let file = Sources::default().add("a.md", text);
    let mut asked = Vec::new();
    let mut image = |path: &str, span: Span| {
        asked.push(format!("{path} `{}`", &text[span.range()]));
        None
    };
    set(text, &Whole(file), &facts(), &mut image, &mut Findings::default());
    assert_eq!(asked, ["c/丁.png `c/丁.png`"]);
}

#[test]
fn links() {
    check("<https://a.b/c>", "md.p({md.link(\"https://a.b/c\", {\"https://a.b/c\";});});\n");
    check("<a@b.c>", "md.p({md.link(\"mailto:a@b.c\", {\"a@b.c\";});});\n");
    check("[甲](HTTP://a.b)", "md.p({md.link(\"HTTP://a.b\", {\"甲\";});});\n");
    check("[甲][p]\n\n[p]: #t-1", "md.p({md.link(\"#t-1\", {\"甲\";});});\n");
    let text = "[甲](#t-1)";
    let (prose, _) = run(text);
    assert_eq!(
        prose.links.iter().map(|(to, span)| (to.as_str(), &text[span.range()])).collect::<Vec<_>>(),
        [("t-1", "#t-1")]
    );
    for (address, hint) in [
        ("javascript:alert(1)", "kinds"),
        ("file:///etc/passwd", "kinds"),
        ("a.md", "relative"),
        ("www.a.b", "relative"),
        ("https://", "kinds"),
        ("#", "relative"),
    ] {
        assert_eq!(found(&format!("[甲]({address})")), [format!("link-scheme `{address}` {hint}")]);
        assert_eq!(code(&format!("[甲]({address})")), "md.p({\"甲\";});\n");
    }
    assert_eq!(found("[甲](https://a.b \"题\")"), ["markdown-lost `[甲](https://a.b \"题\")` link-title"]);
}

#[test]
fn footnotes() {
    check(
        "甲[^a]乙[^A]\n\n[^a]: 丙**丁**\n",
        "let note-1 = {\"丙\";md.strong({\"丁\";});}\n\
         md.p({\"甲\";md.footnote(note-1);\"乙\";md.footnote(note-1);});\n",
    );
    check(
        "甲[^a]\n\n[^a]: 丙\n\n    丁\n",
        "let note-1 = {md.p({\"丙\";});\nmd.p({\"丁\";});\n}\nmd.p({\"甲\";md.footnote(note-1);});\n",
    );
    assert_eq!(found("甲[^a]"), ["footnote-unknown `[^a]`"]);
    assert_eq!(found("甲\\[^a]"), [] as [&str; 0]);
    assert_eq!(found("[^a]: 丙"), ["footnote-unused `[^a]: 丙`"]);
    assert_eq!(found("甲[^a]\n\n[^a]: 丙\n[^a]: 丁"), ["footnote-duplicate `[^a]: 丁`"]);
    let circle = "甲[^a]\n\n[^a]: 乙[^b]\n[^b]: 丙[^a]\n";
    assert_eq!(
        found(circle),
        ["footnote-nested `[^b]`", "footnote-unused `[^b]: 丙[^a]`", "footnote-nested `[^a]`"]
    );
    assert_eq!(code(circle), "let note-1 = {\"乙\";\"[^b]\";}\nmd.p({\"甲\";md.footnote(note-1);});\n");
}

#[test]
fn references_that_lead_nowhere_are_found() {
    assert_eq!(
        found("[甲][乙] [丙][] [附件1]"),
        ["reference-unknown `[甲][乙]`", "reference-unknown `[丙]`"]
    );
    assert_eq!(found("[注]: 价格含税"), ["markdown-lost `[注]: 价格含税` reference"]);
}

#[test]
fn html_is_printed_and_found() {
    assert_eq!(code("甲<b>乙</b>"), "md.p({\"甲\";\"<b>\";\"乙\";\"</b>\";});\n");
    assert_eq!(found("甲<b>乙"), ["markdown-html `<b>` escape"]);
    assert_eq!(found("甲<br/>乙"), ["markdown-html `<br/>` break"]);
    assert_eq!(
        code("<div>\n**甲**\n</div>\n"),
        "md.p({\"<div>\";md.hardbreak;\"**甲**\";md.hardbreak;\"</div>\";});\n"
    );
    assert_eq!(found("<div>\n甲\n</div>\n"), ["markdown-html `<div>` escape"]);
    check("《投标文件》<投标人> 1 < 2", "md.p({\"《投标文件》<投标人> 1 < 2\";});\n");
}

#[test]
fn comments_of_html_are_not_printed() {
    for text in
        ["甲<!-- 底价 -->", "<!-- 底价 -->\n\n甲", "<!--\n底价\n-->\n甲", "甲<!-- 底价 -->\n", "<!-- 底价"]
    {
        assert!(!code(text).contains("底价"), "{text}");
        assert_eq!(found(text).len(), 1, "{text}");
        assert!(found(text)[0].ends_with(" comment"), "{text}");
    }
}

#[test]
fn open_emphasis_is_found() {
    assert_eq!(found("甲**乙"), ["markdown-emphasis-open `**` pair escape"]);
    assert_eq!(found("甲 ** 乙 ** 丙").len(), 2);
    assert_eq!(found("甲 ** 乙"), ["markdown-emphasis-open `**` space escape"]);
    assert_eq!(found("~~甲"), ["markdown-emphasis-open `~~` pair escape"]);
    assert_eq!(found("张**，李**先生").len(), 2);
    for text in ["张\\*\\*", "138****1234", "`**`", "```\n**\n```", "a*b", "***", "**甲**"] {
        assert_eq!(found(text), [] as [&str; 0], "{text}");
    }
}

#[test]
fn control_characters_are_dropped() {
    check("甲\u{0}\u{7}乙\u{85}\u{FEFF}", "md.p({\"甲乙\";});\n");
    check("a\tb", "md.p({\"a b\";});\n");
    assert_eq!(code("a\rb"), "md.p({\"ab\";});\n");
}

#[test]
fn every_metacharacter_comes_out_literally() {
    let corpus = [
        "#panic()",
        "#{x}",
        "#[x]",
        "$x^2$",
        "@ref",
        "<label>x",
        "= heading",
        "/ term: x",
        "//comment",
        "/*x*/",
        "a -- b",
        "...",
        "~x",
        "x\\y",
        "\"quote\"",
        "'x'",
        "#import \"x\": *",
        "\\u{41}",
        "])};",
        "\"; panic(); \"",
        "\\\"; panic(); \\\"",
        "{% x %}",
        "{{x}}",
        "{{ \"x\" }}",
        "%}",
        "#}",
        "{",
        "}",
        "|x|",
        "&amp",
        "--",
        "==",
        "﹏",
        "\u{200B}x",
        "😀",
        "̈",
    ];
    for raw in corpus {
        // As Markdown, with every ASCII punctuation escaped, and as a value.
        let escaped: String = raw
            .chars()
            .flat_map(|letter| letter.is_ascii_punctuation().then_some('\\').into_iter().chain([letter]))
            .collect();
        assert_eq!(words(&code(&format!("甲{escaped}乙"))), format!("甲{raw}乙"), "{raw}");

        let file = Sources::default().add("a.md", "");
        let facts = Facts::new(&json!({"v": raw}), |_| None);
        let mut findings = Findings::default();
        let prose = set("甲{{ v }}乙", &Whole(file), &facts, &mut |_, _| None, &mut findings);
        assert_eq!(words(&prose.code), format!("/templates/house/md.typ甲{raw}乙"), "{raw}");
        assert!(findings.is_empty());
        assert_sound(&prose.code);
    }
}

/// All literals of generated code, read as Typst reads them.
fn words(code: &str) -> String {
    literals(code).0
}

/// The text in literals, and the code without them.
fn literals(code: &str) -> (String, String) {
    let (mut inside, mut outside) = (String::new(), String::new());
    let mut letters = code.chars();
    while let Some(letter) = letters.next() {
        if letter != '"' {
            outside.push(letter);
            continue;
        }
        loop {
            match letters.next().expect("literals end") {
                '"' => break,
                '\\' => match letters.next().expect("escapes end") {
                    'n' => inside.push('\n'),
                    't' => inside.push('\t'),
                    letter @ ('"' | '\\') => inside.push(letter),
                    other => panic!("no escape of ours: {other}"),
                },
                letter => inside.push(letter),
            }
        }
        outside.push('_');
    }
    (inside, outside)
}

/// Holds that outside of literals only words of ours stand, and that brackets match.
#[track_caller]
fn assert_sound(code: &str) {
    let known: BTreeSet<&str> = "import md.p md.h md.strong md.emph md.strike md.quote md.code md.codeblock \
        md.list md.enum md.task md.table md.link md.image md.softbreak md.hardbreak md.rule md.footnote id \
        start tight align caption header alt inline none true false left center right let _"
        .split_whitespace()
        .collect();
    let outside = literals(code).1;
    let mut open = Vec::new();
    let mut deepest = 0;
    for letter in outside.chars() {
        match letter {
            '(' => open.push(')'),
            '{' => open.push('}'),
            ')' | '}' => assert_eq!(open.pop(), Some(letter), "{code}"),
            letter => assert!(
                letter.is_ascii_alphanumeric() || "#._-:,; =\n".contains(letter),
                "{letter:?} in {code}"
            ),
        }
        deepest = deepest.max(open.len());
    }
    assert!(open.is_empty(), "{code}");
    assert!(deepest <= 4 * emit::LEVELS, "nested {deepest} deep");
    let words = outside.split(|letter: char| !letter.is_ascii_alphanumeric() && !"._-".contains(letter));
    for word in words.filter(|word| !word.is_empty()) {
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        let is_note =
            word.strip_prefix("note-").is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
        assert!(known.contains(word) || is_number || is_note, "`{word}` in {code}");
    }
}

#[test]
fn places_lead_back_to_the_text() {
    let text = "前言，\u{0}{{ project.name }}说明。\n\n## 见**《办法》**第三条 {#t-1}\n\n\
                - 甲\n- ![乙](b.png)\n\n| 丙 |\n|--|\n| 丁{{ project.budget }} |\n";
    let (prose, _) = run(text);
    let place = |words: &str| {
        let at = prose.code.find(words).unwrap_or_else(|| panic!("{words} in {}", prose.code));
        let span = prose.map.lookup(at..at + words.len()).expect("all code comes from somewhere");
        &text[span.range()]
    };
    assert_eq!(place("\"前言，智慧园区说明。\""), "前言，\u{0}{{ project.name }}说明。");
    assert_eq!(place("\"《办法》\""), "《办法》");
    assert_eq!(place("\"第三条\""), "第三条");
    assert_eq!(place("md.strong"), "**《办法》**");
    assert_eq!(place("md.h(2"), "## 见**《办法》**第三条 {#t-1}\n");
    assert_eq!(place("\"甲\""), "甲");
    assert_eq!(place("md.image"), "![乙](b.png)");
    assert_eq!(place("/files/b.png"), "![乙](b.png)");
    assert_eq!(place("\"丁1250.50\""), "丁{{ project.budget }}");
    assert_eq!(place("header: "), "| 丙 |\n");
    assert!(place("md.table").starts_with("| 丙 |"));
    assert_eq!(prose.map.lookup(0..prose.code.len()), None);
}

#[test]
fn places_are_asked_of_the_text_and_not_of_the_file() {
    /// A text that stands in a block scalar, set in by two spaces from the fourth line on.
    struct Block<'t>(FileId, &'t str);
    impl Places for Block<'_> {
        fn span(&self, range: Range<usize>) -> Span {
            let shift = |at: usize| 100 + at + 2 * self.1[..at].matches('\n').count();
            Span::new(self.0, shift(range.start), shift(range.end))
        }
    }
    let text = "甲\n\n乙 {{ no }}\n";
    let file = Sources::default().add("a.yaml", "");
    let mut findings = Findings::default();
    set(text, &Block(file, text), &facts(), &mut |_, _| None, &mut findings);
    let finding = findings.iter().next().expect("the name is unknown");
    assert_eq!((finding.span.start, finding.span.end), (100 + 12 + 4, 100 + 14 + 4));
}

#[test]
fn deep_texts_end_soon_and_stay_shallow() {
    let many = 100_000;
    for text in [
        ">".repeat(many),
        "> ".repeat(many) + "甲",
        "- ".repeat(many) + "甲",
        "> - ".repeat(many) + "甲",
        "1. ".repeat(many) + "甲",
        "[".repeat(many),
        "[".repeat(many) + &"](a)".repeat(many),
        "![".repeat(many) + &"](a)".repeat(many),
        "**甲 ".repeat(many) + &"乙** ".repeat(many),
        "*a **b ".repeat(many),
        "*".repeat(many),
        "`".repeat(many),
        "<a ".repeat(many),
        "{".repeat(many),
        "\\".repeat(many) + "**",
        "{{ ' ".repeat(many / 10),
        "[^a]".repeat(many / 10) + "\n\n[^a]: x",
        "> ".repeat(emit::LEVELS) + "| a |\n" + &"> ".repeat(emit::LEVELS) + "|--|\n",
        "- ".repeat(emit::LEVELS / 2) + "甲\n\n  乙",
    ] {
        let (prose, _) = run(&text);
        assert_sound(&prose.code);
    }
}

#[test]
fn what_is_too_deep_is_told_once_and_kept() {
    let text = "> ".repeat(60) + "- 甲 **乙**";
    let (prose, findings) = run(&text);
    assert_eq!(findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["markdown-too-deep"]);
    assert!(prose.code.contains("甲 ") && prose.code.contains("乙"));
    assert_sound(&prose.code);
}

#[test]
fn one_text_can_hold_very_many_expressions() {
    let text = "{{ project.name }} ".repeat(letters::STAND_INS + 2);
    let (prose, findings) = run(&text);
    assert_eq!(findings.iter().filter(|finding| finding.hints[0].key == "many").count(), 2);
    assert!(prose.code.contains("智慧园区 {{ project.name }} {{ project.name }}"));
}

/// The codes that this module raises; their words are all in one file.
const CODES: &[&str] = &[
    "anchor-duplicate",
    "anchor-invalid",
    "character-private",
    "expression-invalid",
    "expression-statement",
    "expression-unknown",
    "footnote-duplicate",
    "footnote-nested",
    "footnote-unknown",
    "footnote-unused",
    "heading-jump",
    "heading-malformed",
    "heading-too-deep",
    "image-remote",
    "link-scheme",
    "markdown-emphasis-open",
    "markdown-html",
    "markdown-indented-code",
    "markdown-lost",
    "markdown-too-deep",
    "reference-unknown",
    "table-cells-lost",
    "table-malformed",
];

#[test]
fn the_catalogue_has_words_for_all_that_is_raised() {
    for code in CODES {
        let entry = catalogue().get(*code).unwrap_or_else(|| panic!("`{code}` has no words"));
        assert_eq!(
            entry.zh.hints.keys().collect::<Vec<_>>(),
            entry.en.hints.keys().collect::<Vec<_>>(),
            "{code}"
        );
        assert_eq!(
            entry.zh.related.keys().collect::<Vec<_>>(),
            entry.en.related.keys().collect::<Vec<_>>(),
            "{code}"
        );
    }
}

/// Holds what must hold for every text, and that every finding can be shown.
fn hold(text: &str) -> Result<(), TestCaseError> {
    let (prose, findings) = run(text);
    assert_sound(&prose.code);
    for letter in prose.code.chars() {
        prop_assert!(!letters::is_reserved(letter));
    }
    for finding in findings.iter() {
        prop_assert!(CODES.contains(&finding.code));
        prop_assert!(text.get(finding.span.range()).is_some(), "{finding:?}");
        for lang in [Lang::Zh, Lang::En] {
            for hint in &finding.hints {
                prop_assert!(
                    finding.hint_text(hint, lang) != hint.key,
                    "{} has no hint {}",
                    finding.code,
                    hint.key
                );
            }
        }
    }
    for at in (0..prose.code.len()).step_by(7) {
        if let Some(span) = prose.map.lookup(at..at) {
            prop_assert!(text.get(span.range()).is_some());
        }
    }
    Ok(())
}

/// What Markdown and prose are made of.
#[rustfmt::skip]
const MARKDOWN: &[&str] = &[
    "甲", "（乙）", "“丙”", "ab", " ", "\n", "\n\n", "    ", "> ", "- ", "1. ", "# ", "## ", "#######",
    "**", "*", "***", "~~", "~", "_", "`", "```\n", "|", "|--|\n", "表：", "[", "](", ")", "![", "]",
    "[^a]", "[^a]: ", "{#a}", "{#", "{", "}", "<b>", "<!--", "-->", "<", "\\", "\"",
    "{{ project.name }}", "{{ project.address }}", "{{ no }}", "{{", "}}", "{% x %}", "#}", "---\n",
    "===\n", "&amp;", "\r", "\t", "\u{0}", "\u{F0000}", "\u{10FFFD}", "https://a.b", ":", "[x] ",
    "，", "！", "$", "'", "　",
];

/// What expressions are made of.
#[rustfmt::skip]
const TERA: &[&str] = &[
    "project", ".", "name", "[", "]", "(", ")", "|", " ", "money", "date", "default", "join",
    "replace", "=", "\"", "'", "`", "x", "0", "1.5", "+", "-", "*", "~", "and", "not", "is",
    "defined", "for", "in", "if", "else", "?", "{", "}", ",", "：", "中", "<", "\n", "range",
    "__tera_context", "...", "\\",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_set(text in "\\PC{0,60}") {
        hold(&text)?;
    }

    #[test]
    fn any_markdown_is_set(parts in prop::collection::vec(prop::sample::select(MARKDOWN), 0..40)) {
        hold(&parts.concat())?;
    }

    #[test]
    fn any_expression_is_rendered_or_refused(
        parts in prop::collection::vec(prop::sample::select(TERA), 0..14),
    ) {
        hold(&format!("甲{{{{ {} }}}}乙", parts.concat()))?;
    }
}
