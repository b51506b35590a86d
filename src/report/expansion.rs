//! From the tree of a definition to one without repetition left out: `for`, `let` and `use` are carried out.

use serde_json::{Map, Value as Json};

use crate::yaml;

/// The definition as JSON, whole. The error is a sentence for its author.
pub fn expanded(tree: &yaml::Node) -> Result<Json, String> {
    let mut json = plain(tree);
    let named = json.as_object_mut().and_then(|members| members.remove("let"));
    Expansion { named: &named.unwrap_or_default(), left: LARGEST }.expand(json, 0)
}

/// Scalars as JSON has them: plain ones are numbers and flags where they look like one.
fn plain(node: &yaml::Node) -> Json {
    match &node.data {
        yaml::Data::Scalar(text, yaml::Style::Plain) => match text.as_str() {
            "true" => true.into(),
            "false" => false.into(),
            "" => Json::Null,
            text => text.parse::<i64>().map_or_else(|_| text.into(), Json::from),
        },
        yaml::Data::Scalar(text, _) => text.as_str().into(),
        yaml::Data::List(items) => items.iter().map(plain).collect(),
        yaml::Data::Map(entries) => {
            let members = entries.iter().map(|entry| (entry.key.clone(), plain(&entry.value)));
            Json::Object(members.collect::<Map<_, _>>())
        }
    }
}

/// A definition comes to no more nodes than this, however often it repeats itself.
const LARGEST: usize = 50_000;
/// Names may stand for what uses names, this deep.
const DEEPEST: usize = 64;

/// Puts parts in the place of each `for`, and what is named in the place of each `use`.
struct Expansion<'d> {
    named: &'d Json,
    left: usize,
}

impl Expansion<'_> {
    fn expand(&mut self, json: Json, depth: usize) -> Result<Json, String> {
        self.left = self.left.checked_sub(1).ok_or("the definition repeats itself too often")?;
        if depth > DEEPEST {
            return Err("the definition is nested too deeply, or a name stands for itself".to_owned());
        }
        match json {
            Json::Array(items) => {
                let mut all = Vec::new();
                for item in items {
                    match item {
                        Json::Object(mut part) if part.contains_key("for") => {
                            let variants = self.expand(part.remove("for").unwrap_or_default(), depth + 1)?;
                            let part = Json::Object(part);
                            for variant in variants.as_array().ok_or("`for` wants a list")? {
                                let words = variant.as_object().ok_or("`for` wants mappings in its list")?;
                                all.push(self.expand(filled(&part, words), depth + 1)?);
                            }
                        }
                        item => all.push(self.expand(item, depth + 1)?),
                    }
                }
                Ok(all.into())
            }
            Json::Object(members) => match members.get("use").and_then(Json::as_str) {
                Some(name) if members.len() == 1 => {
                    let named = self.named.get(name).ok_or_else(|| format!("nothing is called `{name}`"))?;
                    self.expand(named.clone(), depth + 1)
                }
                _ => {
                    let members =
                        members.into_iter().map(|(key, value)| Ok((key, self.expand(value, depth + 1)?)));
                    Ok(Json::Object(members.collect::<Result<_, String>>()?))
                }
            },
            scalar => Ok(scalar),
        }
    }
}

fn filled(json: &Json, words: &Map<String, Json>) -> Json {
    match json {
        Json::String(text) => {
            let fill = |text: String, (key, word): (&String, &Json)| {
                let word = word.as_str().map_or_else(|| word.to_string(), str::to_owned);
                text.replace(&format!("{{{key}}}"), &word)
            };
            words.iter().fold(text.clone(), fill).into()
        }
        Json::Array(items) => items.iter().map(|item| filled(item, words)).collect(),
        Json::Object(members) => {
            Json::Object(members.iter().map(|(key, value)| (key.clone(), filled(value, words))).collect())
        }
        other => other.clone(),
    }
}
