//! Texts as blocks that can be compared: headings, paragraphs, items, rows. Nothing is set here, and expressions stay
//! as they were written.

use super::markdown::{CodeBlockKind, Event, Parsed, Tag, TagEnd};

/// What a block is to a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    Heading(u8),
    Paragraph,
    /// An item of a list, so many levels deep.
    Item(u8),
    Row,
    Code,
    Note,
}

/// One block of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    pub shape: Shape,
    /// The text as it is read, with the marks of emphasis and links; one for each cell of a row.
    pub cells: Vec<String>,
    /// Counted from 1.
    pub line: usize,
}

impl Block {
    /// All of the block in one text.
    pub fn text(&self) -> String {
        self.cells.join(" | ")
    }
}

/// The blocks of a text in order. Two texts have equal blocks when only their layout differs.
pub fn blocks(text: &str) -> Vec<Block> {
    let parsed = Parsed::new(text);
    let mut reader =
        Reader { text, lines: (0, 1), blocks: Vec::new(), open: None, depth: 0, links: Vec::new() };
    for (event, range) in &parsed.events {
        reader.take(event, range.start);
    }
    reader.close();
    reader.blocks
}

struct Reader<'t> {
    text: &'t str,
    /// A place that was asked for, and its line.
    lines: (usize, usize),
    blocks: Vec<Block>,
    open: Option<Block>,
    depth: u8,
    links: Vec<String>,
}

impl Reader<'_> {
    fn line(&mut self, at: usize) -> usize {
        let (from, line) = self.lines;
        if at < from {
            return line;
        }
        let line = line + self.text.get(from..at).unwrap_or_default().matches('\n').count();
        self.lines = (at, line);
        line
    }

    fn begin(&mut self, shape: Shape, at: usize) {
        self.close();
        let line = self.line(at);
        self.open = Some(Block { shape, cells: Vec::new(), line });
    }

    fn close(&mut self) {
        if let Some(mut block) = self.open.take() {
            block.cells.iter_mut().for_each(|cell| *cell = cell.trim().to_owned());
            if block.cells.iter().any(|cell| !cell.is_empty()) {
                self.blocks.push(block);
            }
        }
    }

    fn say(&mut self, words: &str, at: usize) {
        if self.open.is_none() {
            let line = self.line(at);
            self.open = Some(Block { shape: Shape::Paragraph, cells: Vec::new(), line });
        }
        if let Some(block) = &mut self.open {
            match block.cells.last_mut() {
                Some(cell) => cell.push_str(words),
                None => block.cells.push(words.to_owned()),
            }
        }
    }

    /// A line break of the source is a blank, but for Han characters, between which it is nothing.
    fn soften(&mut self) {
        let wide = |character: char| character >= '\u{2E80}';
        let before = self.open.as_ref().and_then(|block| block.cells.last()?.chars().next_back());
        if !before.is_some_and(wide) {
            self.say(" ", 0);
        }
    }

    fn take(&mut self, event: &Event, at: usize) {
        match event {
            Event::Start(Tag::Paragraph) if self.depth > 0 && self.open.is_some() => (),
            Event::Start(Tag::Paragraph) if self.depth > 0 => self.begin(Shape::Item(self.depth), at),
            Event::Start(Tag::Paragraph) => self.begin(Shape::Paragraph, at),
            Event::Start(Tag::Heading { level, .. }) => self.begin(Shape::Heading(*level as u8), at),
            Event::Start(Tag::List(_)) => {
                self.close();
                self.depth = self.depth.saturating_add(1);
            }
            Event::End(TagEnd::List(_)) => {
                self.close();
                self.depth = self.depth.saturating_sub(1);
            }
            Event::Start(Tag::Item) => self.begin(Shape::Item(self.depth), at),
            Event::Start(Tag::FootnoteDefinition(label)) => {
                self.begin(Shape::Note, at);
                self.say(&format!("[^{label}] "), at);
            }
            Event::Start(Tag::TableHead | Tag::TableRow) => self.begin(Shape::Row, at),
            Event::Start(Tag::TableCell) => {
                if let Some(block) = &mut self.open {
                    block.cells.push(String::new());
                }
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                self.begin(Shape::Code, at);
                if let CodeBlockKind::Fenced(language) = kind
                    && !language.is_empty()
                {
                    self.say(&format!("{language}: "), at);
                }
            }
            Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::Item
                | TagEnd::FootnoteDefinition
                | TagEnd::TableHead
                | TagEnd::TableRow
                | TagEnd::CodeBlock,
            ) => self.close(),
            Event::Start(Tag::Strong) | Event::End(TagEnd::Strong) => self.say("**", at),
            Event::Start(Tag::Emphasis) | Event::End(TagEnd::Emphasis) => self.say("*", at),
            Event::Start(Tag::Strikethrough) | Event::End(TagEnd::Strikethrough) => self.say("~~", at),
            Event::Start(Tag::Link { dest_url, .. }) => {
                self.links.push(dest_url.to_string());
                self.say("[", at);
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                self.links.push(dest_url.to_string());
                self.say("![", at);
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                let target = self.links.pop().unwrap_or_default();
                self.say(&format!("]({target})"), at);
            }
            Event::Code(code) => self.say(&format!("`{code}`"), at),
            Event::Text(words) | Event::Html(words) | Event::InlineHtml(words) => self.say(words, at),
            Event::FootnoteReference(label) => self.say(&format!("[^{label}]"), at),
            Event::SoftBreak => self.soften(),
            Event::HardBreak => self.say("⏎", at),
            Event::Rule => {
                self.begin(Shape::Paragraph, at);
                self.say("———", at);
                self.close();
            }
            Event::TaskListMarker(done) => self.say(if *done { "[x] " } else { "[ ] " }, at),
            _ => (),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        blocks(text)
            .iter()
            .map(|block| format!("{:?} {} {}", block.shape, block.line, block.text()))
            .collect()
    }

    #[test]
    fn blocks_are_what_a_reader_sees() {
        let text = "# 总则 {#a}\n\n第一段\n接着写，**要紧** and\nmore\n\n- 甲\n  - 乙\n- 丙\n\n| 项 | 值 |\n| --- | --- |\n| 压力 | 12 |\n";
        let expected = [
            "Heading(1) 1 总则",
            "Paragraph 3 第一段接着写，**要紧** and more",
            "Item(1) 7 甲",
            "Item(2) 8 乙",
            "Item(1) 9 丙",
            "Row 11 项 | 值",
            "Row 13 压力 | 12",
        ];
        assert_eq!(shown(text), expected);
    }

    #[test]
    fn layout_makes_no_blocks() {
        let plain: Vec<Vec<String>> =
            blocks("甲乙丙。\n\n* 一\n* 二\n").into_iter().map(|it| it.cells).collect();
        let other: Vec<Vec<String>> =
            blocks("甲乙\n丙。\n\n\n- 一\n- 二").into_iter().map(|it| it.cells).collect();
        assert_eq!(plain, other);
    }
}
