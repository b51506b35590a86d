//! Owns how two texts are compared word by word: what a reader sees struck out and put in. The only room that cuts
//! text into words; Han characters are words of their own, so that no dictionary has to be carried.

use std::collections::HashMap;

use similar::{Algorithm, DiffOp, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation as _;

/// A stretch of text that stayed, went or came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub mark: Mark,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Same,
    Gone,
    New,
}

/// Beyond so many pairs of words two texts are not compared by words: nobody reads that, and it takes for ever.
const MOST: usize = 9_000_000;

/// The redline of two texts.
pub fn redline(old: &str, new: &str) -> Vec<Run> {
    let (one, two): (Vec<&str>, Vec<&str>) =
        (old.split_word_bounds().collect(), new.split_word_bounds().collect());
    let head = one.iter().zip(&two).take_while(|(a, b)| a == b).count();
    let (rest, other) = (&one[head..], &two[head..]);
    let tail = rest.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    let (middle, between) = (&rest[..rest.len() - tail], &other[..other.len() - tail]);
    let mut pieces = vec![Piece { same: one[..head].concat(), ..Piece::default() }];
    if middle.len().saturating_mul(between.len()) > MOST {
        pieces.push(Piece { gone: middle.concat(), new: between.concat(), ..Piece::default() });
    } else {
        for op in capture_diff_slices(Algorithm::Myers, middle, between) {
            pieces.push(match op {
                DiffOp::Equal { old_index, len, .. } => {
                    Piece { same: middle[old_index..old_index + len].concat(), ..Piece::default() }
                }
                op => {
                    let (gone, new) = (op.old_range(), op.new_range());
                    Piece { gone: middle[gone].concat(), new: between[new].concat(), ..Piece::default() }
                }
            });
        }
    }
    pieces.push(Piece { same: rest[rest.len() - tail..].concat(), ..Piece::default() });
    runs(clean(pieces))
}

/// Either what stayed, or what went and what came in its place.
#[derive(Clone, Debug, Default)]
struct Piece {
    same: String,
    gone: String,
    new: String,
}

impl Piece {
    fn is_change(&self) -> bool {
        !self.gone.is_empty() || !self.new.is_empty()
    }

    fn weight(&self) -> usize {
        self.gone.chars().count().max(self.new.chars().count())
    }
}

/// Crumbs that stayed by chance between two changes become part of them: a redline of whole phrases can be read.
fn clean(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> =
        pieces.into_iter().filter(|piece| piece.is_change() || !piece.same.is_empty()).collect();
    loop {
        let mut joined: Vec<Piece> = Vec::with_capacity(pieces.len());
        let mut at = 0;
        while at < pieces.len() {
            let piece = pieces[at].clone();
            let next = pieces.get(at + 1).filter(|next| next.is_change());
            match (joined.last_mut(), next) {
                (Some(last), Some(next))
                    if last.is_change() && !piece.is_change() && is_crumb(last, &piece.same, next) =>
                {
                    last.gone = format!("{}{}{}", last.gone, piece.same, next.gone);
                    last.new = format!("{}{}{}", last.new, piece.same, next.new);
                    at += 2;
                }
                (Some(last), _) if last.is_change() == piece.is_change() => {
                    last.same.push_str(&piece.same);
                    last.gone.push_str(&piece.gone);
                    last.new.push_str(&piece.new);
                    at += 1;
                }
                _ => {
                    joined.push(piece);
                    at += 1;
                }
            }
        }
        if joined.len() == pieces.len() {
            return joined;
        }
        pieces = joined;
    }
}

fn is_crumb(before: &Piece, same: &str, after: &Piece) -> bool {
    let length = same.chars().count();
    let said = same.chars().filter(|character| character.is_alphanumeric()).count();
    if said == 0 {
        // A comma between two changes; the end of a sentence divides them.
        return length <= 2 && !same.contains(['。', '；', '！', '？', '|']);
    }
    length <= 6
        && length <= before.weight()
        && length <= after.weight()
        && (said <= 2 || length * 2 <= before.weight().min(after.weight()))
}

fn runs(pieces: Vec<Piece>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for piece in pieces {
        for (mark, text) in [(Mark::Same, piece.same), (Mark::Gone, piece.gone), (Mark::New, piece.new)] {
            match runs.last_mut() {
                _ if text.is_empty() => (),
                Some(last) if last.mark == mark => last.text.push_str(&text),
                _ => runs.push(Run { mark, text }),
            }
        }
    }
    runs
}

/// How much two texts have in common, from 0 to 100.
pub fn likeness(one: &str, other: &str) -> u32 {
    if one == other {
        return 100;
    }
    let words = |text: &str| -> HashMap<String, i64> {
        let mut counted = HashMap::new();
        let said = text.split_word_bounds().filter(|word| word.chars().any(char::is_alphanumeric)).take(5000);
        said.for_each(|word| *counted.entry(word.to_owned()).or_default() += 1);
        counted
    };
    let (one, other) = (words(one), words(other));
    let all: i64 = one.values().chain(other.values()).sum();
    let shared: i64 = one.iter().map(|(word, count)| count.min(other.get(word).unwrap_or(&0))).sum();
    if all == 0 { 0 } else { u32::try_from(200 * shared / all).unwrap_or(0) }
}

/// Which of two sequences' members belong together: equal ones in order first, then, between those, the likest.
/// Pairs of places in the old and the new sequence, in the order of the new one; `None` for what went or came.
pub fn align(old: &[String], new: &[String], enough: u32) -> Vec<(Option<usize>, Option<usize>)> {
    let mut pairs: Vec<(Option<usize>, Option<usize>)> = Vec::new();
    let ops = capture_diff_slices(Algorithm::Patience, old, new);
    let (mut went, mut came): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
    for op in &ops {
        if !matches!(op, DiffOp::Equal { .. }) {
            went.extend(op.old_range());
            came.extend(op.new_range());
        }
    }
    let mut partner: HashMap<usize, usize> = HashMap::new();
    let mut taken: HashMap<usize, usize> = HashMap::new();
    // What stands elsewhere word by word has moved.
    for at in &came {
        if let Some(from) = went.iter().find(|from| !taken.contains_key(from) && old[**from] == new[*at]) {
            partner.insert(*at, *from);
            taken.insert(*from, *at);
        }
    }
    went.retain(|from| !taken.contains_key(from));
    came.retain(|at| !partner.contains_key(at));
    if went.len().saturating_mul(came.len()) <= 20_000 {
        let mut likely: Vec<(u32, usize, usize)> = Vec::new();
        for at in &came {
            for from in &went {
                let like = likeness(&old[*from], &new[*at]);
                if like >= enough {
                    likely.push((like, *from, *at));
                }
            }
        }
        likely.sort_by_key(|(like, from, at)| (std::cmp::Reverse(*like), from.abs_diff(*at), *from));
        for (_, from, at) in likely {
            if !taken.contains_key(&from) && !partner.contains_key(&at) {
                partner.insert(at, from);
                taken.insert(from, at);
            }
        }
    }
    for op in ops {
        if let DiffOp::Equal { old_index, new_index, len } = op {
            pairs.extend((0..len).map(|more| (Some(old_index + more), Some(new_index + more))));
            continue;
        }
        pairs.extend(op.old_range().filter(|from| !taken.contains_key(from)).map(|from| (Some(from), None)));
        pairs.extend(op.new_range().map(|at| (partner.get(&at).copied(), Some(at))));
    }
    pairs
}

/// Which lines of an old text a new one has kept, and where.
pub(super) fn kept(old: &[String], new: &[String]) -> HashMap<usize, usize> {
    let mut kept = HashMap::new();
    for op in capture_diff_slices(Algorithm::Patience, old, new) {
        if let DiffOp::Equal { old_index, new_index, len } = op {
            kept.extend((0..len).map(|more| (old_index + more, new_index + more)));
        }
    }
    kept
}

/// Of places that should rise, those that stand out of order: all but a longest rising row.
pub fn out_of_order(places: &[usize]) -> Vec<bool> {
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; places.len()];
    for (at, place) in places.iter().enumerate() {
        let fits = ends.partition_point(|end| places[*end] < *place);
        before[at] = fits.checked_sub(1).map(|last| ends[last]);
        if fits == ends.len() {
            ends.push(at);
        } else {
            ends[fits] = at;
        }
    }
    let mut moved = vec![true; places.len()];
    let mut next = ends.last().copied();
    while let Some(at) = next {
        moved[at] = false;
        next = before[at];
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(old: &str, new: &str) -> String {
        let mark = |run: Run| match run.mark {
            Mark::Same => run.text,
            Mark::Gone => format!("[-{}-]", run.text),
            Mark::New => format!("{{+{}+}}", run.text),
        };
        redline(old, new).into_iter().map(mark).collect()
    }

    #[test]
    fn redlines_read_well() {
        for (old, new, expected) in [
            ("质保期为36个月。", "质保期为24个月。", "质保期为[-36-]{+24+}个月。"),
            ("总价1234567.80元", "总价1234567.90元", "总价[-1234567.80-]{+1234567.90+}元"),
            ("我方提供现场服务。", "我方不提供现场服务。", "我方{+不+}提供现场服务。"),
            ("甲乙丙", "甲乙丙", "甲乙丙"),
            ("", "新的", "{+新的+}"),
            ("uses TLS 1.2 only", "uses TLS 1.3 only", "uses TLS [-1.2-]{+1.3+} only"),
            ("由陆知行担任项目经理", "由韩松岳担任项目经理", "由[-陆知行-]{+韩松岳+}担任项目经理"),
        ] {
            assert_eq!(shown(old, new), expected);
        }
    }

    #[test]
    fn crumbs_do_not_break_phrases() {
        let told = shown("系统应支持集中部署的方式。", "平台宜采用分布部署之形态。");
        assert!(told.matches("[-").count() <= 3, "{told}");
    }

    #[test]
    fn what_moved_is_paired() {
        let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let pairs = align(&texts(&["a", "b", "c"]), &texts(&["b", "c", "a"]), 50);
        assert_eq!(pairs.iter().filter(|(old, new)| old.is_some() && new.is_some()).count(), 3);
        assert_eq!(out_of_order(&[1, 2, 0]), [false, false, true]);
    }

    proptest::proptest! {
        #[test]
        fn both_texts_can_be_read_from_a_redline(old in "[甲乙丙a1。 ]{0,24}", new in "[甲乙丙a1。 ]{0,24}") {
            let runs = redline(&old, &new);
            let of = |not: Mark| runs.iter().filter(|run| run.mark != not).map(|run| run.text.as_str()).collect::<String>();
            proptest::prop_assert_eq!(of(Mark::New), old);
            proptest::prop_assert_eq!(of(Mark::Gone), new);
        }
    }
}
