//! The figures of each report, counted by hand.

use serde_json::Value as Json;
use serde_yaml::Value as Yaml;

use super::{Documents, PROPERTY, Told, cents, counted, days, has, list, number, text, written};
use crate::SAMPLE;
use crate::stage::{Stage, repository};

#[test]
fn the_visit_ledger_and_archive_hold_every_visit() {
    let documents = Documents::of(SAMPLE);
    let visits = documents.kind("visit-record");
    assert!(visits.len() >= 6, "the sample has visits");
    let ledger = Told::of(SAMPLE, "visit-ledger", &[]);
    ledger.count("拜访次数", visits.len());
    ledger.count("拜访客户数", counted(visits.iter().map(|visit| text(&visit["data"]["customer"]))));
    let projects = visits.iter().map(|visit| text(&visit["data"]["project"])).filter(|id| !id.is_empty());
    ledger.count("涉及项目数", counted(projects));
    let reported = |visit: &&Yaml| documents.naming("visit-report", "visit", &visit["id"]).next().is_some();
    ledger.share("已提交报告", visits.iter().filter(reported).count(), visits.len());
    assert_eq!(ledger.table("台账").len(), visits.len());
    let by_month = ledger.points("每月拜访次数");
    for (month, count) in &by_month {
        let inside = visits.iter().filter(|visit| text(&visit["data"]["date"]).starts_with(month.as_str()));
        assert_eq!(*count, inside.count(), "{month}");
    }
    for (row, next) in ledger.table("台账").iter().zip(&ledger.table("台账")[1..]) {
        assert!(row["date"].as_str() <= next["date"].as_str(), "the ledger is in the order of time");
    }
    // A quarter, both ends included; and one person.
    let quarter = Told::of(SAMPLE, "visit-ledger", &["--from", "2026-04-01", "--to", "2026-06-30"]);
    let inside =
        |visit: &&Yaml| ("2026-04-01".."2026-07-01").contains(&text(&visit["data"]["date"]).as_str());
    quarter.count("拜访次数", visits.iter().filter(inside).count());
    let person = Told::of(SAMPLE, "visit-ledger", &["--person", "顾明澜"]);
    let with =
        |visit: &&Yaml| list(&visit["data"]["visitors"]).iter().any(|id| text(id) == "library/gu-minglan");
    person.count("拜访次数", visits.iter().filter(with).count());

    let archive = Told::of(SAMPLE, "visit-archive", &[]);
    let planned = |visit: &&Yaml| has(&visit["data"]["plan"]);
    let informed = |visit: &&Yaml| has(&visit["data"]["project_info"]);
    archive.share("有拜访计划", visits.iter().filter(planned).count(), visits.len());
    archive.share("有拜访报告", visits.iter().filter(reported).count(), visits.len());
    archive.share("有项目信息", visits.iter().filter(informed).count(), visits.len());
    let whole = visits.iter().filter(planned).filter(reported).filter(informed).count();
    archive.share("档案齐全率", whole, visits.len());
}

#[test]
fn the_indicators_of_visits_are_k01_to_k04() {
    let documents = Documents::of(SAMPLE);
    let told = Told::of(SAMPLE, "visit-evaluation", &[]);
    let (visits, reports) = (documents.kind("visit-record"), documents.kind("visit-report"));
    let success =
        |report: &&Yaml| ["获得项目信息", "达成意向"].contains(&text(&report["data"]["outcome"]).as_str());
    told.share("拜访成功率", reports.iter().filter(success).count(), visits.len());
    let mut satisfaction = Vec::new();
    for survey in
        documents.kind("satisfaction-survey").iter().filter(|survey| has(&survey["data"]["returned"]))
    {
        let data = &survey["data"];
        let scores = ["attitude", "professionalism", "solution"].map(|part| &data[part]["score"]);
        let scores: Vec<f64> = scores.into_iter().filter(|score| has(score)).map(number).collect();
        if !scores.is_empty() {
            satisfaction.push(scores.iter().sum::<f64>() / scores.len() as f64);
        }
    }
    assert!(!satisfaction.is_empty(), "the sample has surveys");
    told.mean("客户满意度", &satisfaction);
    let signed =
        reports.iter().map(|report| text(&report["data"]["signing"]["project"])).filter(|id| !id.is_empty());
    let visited = visits.iter().map(|visit| text(&visit["data"]["project"])).filter(|id| !id.is_empty());
    told.share("项目签约率", counted(signed), counted(visited));
    let quality = reports.iter().map(|report| &report["data"]["information_quality"]).filter(|it| has(it));
    let quality = quality
        .map(|it| (number(&it["accuracy"]) + number(&it["completeness"]) + number(&it["timeliness"])) / 3.0);
    told.mean("信息收集质量", &quality.collect::<Vec<_>>());
    // By month: of the visits of that month.
    for row in told.table("各月的指标") {
        let month = row["group"].as_str().expect("a month");
        let inside = visits.iter().filter(|visit| text(&visit["data"]["date"]).starts_with(month)).count();
        let good = reports.iter().filter(success).filter(|report| {
            text(&documents.by_id(&report["data"]["visit"])["data"]["date"]).starts_with(month)
        });
        assert_eq!(row["success"]["numerator"], good.count(), "{month}");
        assert_eq!(row["success"]["denominator"], inside, "{month}");
        assert_eq!(row["success"]["value"].is_null(), inside == 0, "{month}: no data is not 0 %");
    }
}

/// 20, 40, 30 and 10 of a hundred; what is missing falls to the others.
fn weighed(sources: [Option<f64>; 4]) -> Option<f64> {
    let weights = [0.2, 0.4, 0.3, 0.1];
    let there = sources.iter().zip(weights).filter_map(|(score, weight)| Some((score.as_ref()?, weight)));
    let (total, sum) =
        there.fold((0.0, 0.0), |(total, sum), (score, weight)| (total + score * weight, sum + weight));
    (sum > 0.0).then(|| total / sum)
}

fn average(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

#[test]
fn presales_scores_are_weighed_from_four_sources() {
    let documents = Documents::of(SAMPLE);
    let told = Told::of(SAMPLE, "presales-evaluation", &[]);
    assert_eq!(told.0["confidential"], true);
    let aspects = [
        ("success", "成功率", None),
        ("satisfaction", "满意度", Some("overall")),
        ("solution", "方案", Some("方案质量")),
        ("bid", "标书", Some("投标配合")),
        ("collaboration", "协作", Some("沟通协作")),
        ("market", "市场", None),
    ];
    let appraisals = documents.kind("final-appraisal");
    assert_eq!(told.table("综合得分").len(), appraisals.len());
    let mut satisfaction = Vec::new();
    for appraisal in appraisals {
        let data = &appraisal["data"];
        let name = text(&documents.by_id(&data["person"])["data"]["name"]);
        let rows = told.table("综合得分").iter();
        let mut rows =
            rows.filter(|row| row["person"] == name.as_str() && row["ending"] == text(&data["to"]).as_str());
        let row = rows.next().unwrap_or_else(|| panic!("no row of {name}"));
        let mut scores = Vec::new();
        for (key, title, aspect) in aspects {
            let score = |document: &Yaml| {
                Some(number(&document["data"]["scores"][key]["score"])).filter(|it| !it.is_nan())
            };
            let superiors: Vec<f64> =
                list(&data["superiors"]).iter().filter_map(|id| score(documents.by_id(id))).collect();
            let customers: Vec<f64> = list(&data["surveys"])
                .iter()
                .flat_map(|id| {
                    let survey = &documents.by_id(id)["data"];
                    match aspect {
                        Some("overall") => vec![&survey["overall"]],
                        Some(aspect) => list(&survey["items"])
                            .iter()
                            .filter(|item| text(&item["aspect"]) == aspect)
                            .map(|item| &item["score"])
                            .collect(),
                        None => Vec::new(),
                    }
                })
                .filter(|score| has(score))
                .map(|score| number(score) * 20.0)
                .collect();
            let sources = [
                score(documents.by_id(&data["self"])),
                average(&superiors),
                average(&customers),
                score(appraisal),
            ];
            let expected = weighed(sources).expect("a score");
            let keys = ["success", "satisfaction", "solutions", "bids", "collaboration", "market"];
            let column = keys[scores.len()];
            told.near(&row[column], expected, &format!("{name} {title}"));
            scores.push(expected);
        }
        satisfaction.push(scores[1]);
        told.near(&row["score"], average(&scores).expect("six scores"), &name);
    }
    told.mean("客户满意度", &satisfaction);
    let closed: Vec<&Yaml> =
        documents.kind("opportunity").iter().filter(|it| has(&it["data"]["closed"])).collect();
    let won = |it: &&&Yaml| ["中标", "签约", "达成意向"].contains(&text(&it["data"]["outcome"]).as_str());
    told.share("项目成功率", closed.iter().filter(won).count(), closed.len());

    // Other weights, other scores: the customer alone.
    let stage = Stage::of(SAMPLE);
    let text = stage.text("bidwright.yaml");
    let weights = "reports: { presales-evaluation: { self: 0%, superior: 0%, customer: 100%, group: 0% } }\n";
    stage.write("bidwright.yaml", format!("{text}{weights}"));
    let run = stage.run(&["report", "presales-evaluation", "--format", "json"]).expect(0);
    let other: Json = serde_json::from_str(&run.stdout).expect("JSON");
    assert!(other["tables"][0]["note"].as_str().unwrap_or_default().contains("客户评价 100%"), "{other:#}");
}

#[test]
fn sales_scores_are_weighed_by_their_own_weights() {
    let documents = Documents::of(SAMPLE);
    let told = Told::of(SAMPLE, "sales-appraisal", &[]);
    let appraisals = documents.kind("sales-appraisal");
    told.count("考核份数", appraisals.len());
    let totals: Vec<f64> = appraisals
        .iter()
        .map(|it| {
            list(&it["data"]["indicators"])
                .iter()
                .map(|one| number(&one["weight"]) * number(&one["score"]) / 100.0)
                .sum()
        })
        .collect();
    told.mean("平均得分", &totals);
    let passed = appraisals.iter().filter(|it| text(&it["data"]["result"]) != "不合格").count();
    told.share("合格率", passed, appraisals.len());
    let promises: Vec<String> =
        appraisals.iter().flat_map(|it| list(&it["data"]["promises"])).map(|it| text(&it["kept"])).collect();
    let kept = promises.iter().filter(|kept| *kept == "按期兑现").count();
    told.share("承诺按期兑现率", kept, promises.iter().filter(|kept| *kept != "未到期").count());
}

#[test]
fn risks_stand_where_their_latest_check_has_put_them() {
    let documents = Documents::of(SAMPLE);
    let told = Told::of(SAMPLE, "risks", &[]);
    let risks: Vec<&Yaml> =
        documents.kind("risk-register").iter().flat_map(|it| list(&it["data"]["risks"])).collect();
    let open: Vec<&&Yaml> = risks.iter().filter(|risk| text(&risk["state"]) != "已关闭").collect();
    told.count("登记风险", risks.len());
    told.share("未关闭", open.len(), risks.len());
    let now = |risk: &Yaml, key: &str| {
        let checks = list(&risk["checks"]).iter().rev();
        let latest = checks.map(|check| &check[key]).find(|value| has(value));
        number(latest.unwrap_or(&risk[key]))
    };
    let high = open.iter().filter(|risk| now(risk, "likelihood") * now(risk, "impact") >= 15.0).count();
    told.share("高风险", high, open.len());
    let read: Vec<(f64, f64)> = open
        .iter()
        .filter_map(|risk| {
            let last = list(&risk["indicator"]["readings"]).last()?;
            Some((number(&last["value"]), number(&risk["indicator"]["threshold"])))
        })
        .collect();
    let alerted = read.iter().filter(|(value, threshold)| value >= threshold).count();
    told.share("达到阈值", alerted, read.len());
    assert_eq!(told.table("预警").len(), alerted);
    told.money("可能损失", open.iter().map(|risk| cents(&risk["loss"])).sum());
    let points = told.0["charts"][0]["series"][0]["points"].as_array().expect("points");
    assert_eq!(points.len(), open.len());
    for (point, risk) in points.iter().zip(&open) {
        assert_eq!(point["label"], text(&risk["id"]).as_str());
        assert_eq!(point["likelihood"].as_f64(), Some(now(risk, "likelihood")));
        assert_eq!(point["impact"].as_f64(), Some(now(risk, "impact")));
    }
}

#[test]
fn complaints_are_answered_in_time_or_not() {
    let documents = Documents::of(SAMPLE);
    let told = Told::of(SAMPLE, "complaints", &[]);
    let complaints = documents.kind("complaint");
    let end = days(&told.to());
    told.count("投诉件数", complaints.len());
    let answered: Vec<&Yaml> = complaints.iter().filter(|it| has(&it["data"]["answer"])).collect();
    let late = |it: &&&Yaml| text(&it["data"]["answer"]["date"]) > text(&it["data"]["answer_due"]);
    let overdue = |it: &&Yaml| !has(&it["data"]["answer"]) && days(&text(&it["data"]["answer_due"])) < end;
    let in_time = answered.len() - answered.iter().filter(late).count();
    told.share("按期答复率", in_time, answered.len() + complaints.iter().filter(overdue).count());
    let needed = |it: &&Yaml| {
        (days(&text(&it["data"]["answer"]["date"])) - days(&text(&it["data"]["received"]))) as f64
    };
    told.mean("平均答复天数", &answered.iter().map(needed).collect::<Vec<_>>());
    let scores = complaints.iter().map(|it| &it["data"]["satisfaction"]["score"]).filter(|it| has(it));
    told.mean("客户满意度", &scores.map(number).collect::<Vec<_>>());
    told.share("已办结", complaints.iter().filter(|it| has(&it["data"]["closed"])).count(), complaints.len());
    let by_category = told.points("投诉类别");
    for (category, count) in &by_category {
        let inside = complaints.iter().filter(|it| text(&it["data"]["category"]) == *category);
        assert_eq!(*count, inside.count(), "{category}");
    }
}

#[test]
fn payments_add_up_to_the_last_cent() {
    let documents = Documents::of(SAMPLE);
    let told = Told::of(SAMPLE, "payments", &[]);
    let instalments: Vec<&Yaml> =
        documents.kind("payment-follow-up").iter().flat_map(|it| list(&it["data"]["instalments"])).collect();
    let received = |it: &Yaml| list(&it["received"]).iter().map(|one| cents(&one["amount"])).sum::<i64>();
    told.money("合同应收合计", instalments.iter().map(|it| cents(&it["amount"])).sum());
    told.money("累计到账", instalments.iter().map(|it| received(it)).sum());
    let end = told.to();
    let due: Vec<&&Yaml> = instalments.iter().filter(|it| text(&it["due"]) <= end).collect();
    let rate = told.figure("回款率");
    assert_eq!(rate["numerator"], written(due.iter().map(|it| received(it)).sum()));
    assert_eq!(rate["denominator"], written(due.iter().map(|it| cents(&it["amount"])).sum()));
    let late = |it: &&&Yaml| text(&it["due"]) < end && text(&it["state"]) != "已核销";
    let open: Vec<&&Yaml> =
        instalments.iter().filter(late).filter(|it| cents(&it["amount"]) > received(it)).collect();
    told.money("逾期未收", open.iter().map(|it| cents(&it["amount"]) - received(it)).sum());
    told.share("逾期期数", open.len(), due.len());
    assert_eq!(told.table("逾期").len(), open.len());
    for row in told.table("逾期") {
        let late = days(&end) - days(row["due"].as_str().expect("a date"));
        assert_eq!(row["days_late"], late);
    }
    told.count("催款次数", instalments.iter().map(|it| list(&it["dunning"]).len()).sum());
}

#[test]
fn the_pipeline_has_every_opportunity_once() {
    let documents = Documents::of(SAMPLE);
    let told = Told::of(SAMPLE, "pipeline", &[]);
    let all = documents.kind("opportunity");
    told.count("登记项目", all.len());
    let going: Vec<&Yaml> = all.iter().filter(|it| text(&it["data"]["outcome"]) == "进行中").collect();
    told.share("在跟项目", going.len(), all.len());
    told.money("在跟金额", going.iter().map(|it| cents(&it["data"]["expected_amount"])).sum());
    let likely =
        going.iter().filter(|it| has(&it["data"]["probability"]) && has(&it["data"]["expected_amount"]));
    let likely = likely
        .map(|it| cents(&it["data"]["expected_amount"]) * number(&it["data"]["probability"]) as i64 / 100);
    told.money("按概率折算", likely.sum());
    let won = |it: &&Yaml| ["中标", "签约", "达成意向"].contains(&text(&it["data"]["outcome"]).as_str());
    told.share("成功率", all.iter().filter(won).count(), all.len() - going.len());
    told.money("签约金额", all.iter().map(|it| cents(&it["data"]["signed_amount"])).sum());
    let rows = told.table("各阶段");
    let counted: i64 = rows.iter().map(|row| row["projects"].as_i64().expect("a count")).sum();
    assert_eq!(counted, all.len() as i64, "each in one stage");
    let stages = ["线索", "评估", "立项", "调研", "方案", "投标", "谈判", "签约", "执行", "验收", "回款"];
    let reached = told.points("到达过各阶段的项目");
    for (place, stage) in stages.iter().enumerate() {
        let has_come = |it: &&Yaml| {
            let passed = list(&it["data"]["history"]).iter().map(|step| text(&step["to"]));
            passed.filter_map(|to| stages.iter().position(|stage| *stage == to)).any(|to| to >= place)
        };
        assert_eq!(reached[*stage], all.iter().filter(has_come).count(), "{stage}");
    }
}

#[test]
fn the_list_of_documents_leaves_none_out() {
    let documents = Documents::of(SAMPLE);
    let told = Told::of(SAMPLE, "documents", &[]);
    let all: usize = documents.0.values().map(Vec::len).sum();
    told.count("文档份数", all);
    let classes = told.table("各类文档");
    let listed: i64 = classes.iter().map(|row| row["documents"].as_i64().expect("a count")).sum();
    assert_eq!(listed, all as i64);
    for row in classes {
        let title = row["group"].as_str().expect("a class");
        assert_eq!(told.table(title).len() as i64, row["documents"].as_i64().expect("a count"), "{title}");
    }
}

#[test]
fn compliance_is_what_check_finds_of_the_policies() {
    let told = Told::of(SAMPLE, "compliance", &["--to", "2026-06-30"]);
    let stage = Stage::new();
    let path = repository().join(SAMPLE);
    let path = path.to_str().expect("a plain path");
    let run = stage.run(&["check", path, "--at", "2026-06-30", "--format", "json"]);
    let report: Json = serde_json::from_str(&run.stdout).expect("JSON");
    let findings = report["findings"].as_array().expect("findings");
    // What is due after the period belongs to a later report.
    let belongs = |finding: &&Json| {
        let due = finding["message"].as_str().unwrap_or_default().split("应不晚于 ").nth(1);
        finding["code"].as_str().unwrap_or_default().starts_with("policy-")
            && due.is_none_or(|due| due.chars().take(10).collect::<String>().as_str() <= "2026-06-30")
    };
    let tables = ["逾期事项", "缺漏与不符", "提示"];
    let rows: Vec<&Json> = tables.iter().flat_map(|title| told.table(title)).collect();
    assert_eq!(rows.len(), findings.iter().filter(belongs).count(), "each finding stands in one table");
    assert!(!rows.is_empty(), "the sample has something late on purpose");
    told.count("不符合事项", rows.len());
    let late: Vec<f64> =
        rows.iter().filter_map(|row| row["days_late"].as_f64()).filter(|days| *days > 0.0).collect();
    told.share("其中逾期", late.len(), rows.len());
    told.mean("平均逾期", &late);
    for (who, count) in told.points("各人的事项") {
        let whose =
            |row: &&&Json| row["whose"].as_str().unwrap_or_default().split('、').any(|name| name == who);
        assert_eq!(count, rows.iter().filter(whose).count(), "{who}");
    }
}

#[test]
fn commitments_are_open_until_they_are_done() {
    let documents = Documents::of(SAMPLE);
    let told = Told::of(SAMPLE, "commitments", &[]);
    let end = told.to();
    let sources = [
        ("visit-record", "commitments", "fulfilled", "拜访承诺"),
        ("follow-up-plan", "tasks", "done", "跟进任务"),
        ("meeting-minutes", "plan", "done", "会议事项"),
        ("improvement-measure", "actions", "done", "改进措施"),
        ("complaint", "actions", "done", "投诉整改"),
        ("negotiation-record", "actions", "done", "谈判事项"),
    ];
    for (place, (kind, field, done, title)) in sources.into_iter().enumerate() {
        let all: Vec<&Yaml> = documents.kind(kind).iter().flat_map(|it| list(&it["data"][field])).collect();
        let open: Vec<&&Yaml> = all.iter().filter(|it| !has(&it[done])).collect();
        told.share(&format!("{title}未完"), open.len(), all.len());
        assert_eq!(told.table(&format!("{title}：未完")).len(), open.len());
        if place < 3 {
            let kept = all.iter().filter(|it| has(&it[done]) && text(&it[done]) <= text(&it["due"])).count();
            let overdue = open.iter().filter(|it| text(&it["due"]) < end).count();
            told.share(&format!("{title}按期率"), kept, all.len() - open.len() + overdue);
        }
    }
}

#[test]
fn what_is_handed_in_is_what_the_tender_asks_for() {
    let documents = Documents::of(SAMPLE);
    let told = Told::of(SAMPLE, "submission", &[]);
    let tenders = documents.kind("tender-profile");
    let all: Vec<&Yaml> = tenders.iter().flat_map(|it| list(&it["data"]["required_documents"])).collect();
    let signed = |who: &str| {
        all.iter().filter(|it| list(&it["signers"]).iter().any(|signer| text(signer) == who)).count()
    };
    told.count("必需文件", all.len());
    told.share(
        "缺则无效",
        all.iter().filter(|it| it["invalid_if_missing"] == Yaml::Bool(true)).count(),
        all.len(),
    );
    told.share("须签章", all.iter().filter(|it| has(&it["signers"])).count(), all.len());
    told.share("已递交", documents.kind("submission-record").len(), documents.kind("bid").len());
    assert_eq!(told.table("必需文件清单").len(), all.len());
    for who in ["公章", "法定代表人", "授权代表"] {
        assert!(signed(who) > 0, "the sample has documents for {who}");
        assert_eq!(told.table(&format!("签章：{who}")).len(), signed(who));
    }
}

#[test]
fn residents_are_visited_and_called_on() {
    let documents = Documents::of(PROPERTY);
    let told = Told::of(PROPERTY, "residents", &[]);
    let households: Vec<&Yaml> = documents
        .kind("household-list")
        .iter()
        .flat_map(|it| list(&it["data"]["buildings"]))
        .flat_map(|it| list(&it["households"]))
        .collect();
    let visited = |it: &&&Yaml| {
        documents
            .naming("resident-visit", "household", &it["id"])
            .any(|visit| text(&visit["data"]["outcome"]) == "已拜访")
    };
    let moved: Vec<&Yaml> = households.iter().copied().filter(|it| has(&it["moved_in"])).collect();
    let (batch, alone): (Vec<&Yaml>, Vec<&Yaml>) = moved.into_iter().partition(|it| has(&it["batch"]));
    assert!(!batch.is_empty() && !alone.is_empty(), "the sample has both");
    told.share("新业主拜访率", alone.iter().filter(visited).count(), alone.len());
    told.share("集中入住拜访率", batch.iter().filter(visited).count(), batch.len());
    let complaints =
        documents.kind("owner-complaint").iter().filter(|it| text(&it["data"]["caused_by"]) == "管理处");
    let complaints: Vec<&Yaml> = complaints.collect();
    let called = |kind: &'static str| {
        let documents = &documents;
        move |it: &&&Yaml| {
            let calls = documents.naming("return-visit", kind, &it["id"]);
            calls.into_iter().any(|call| text(&call["data"]["outcome"]) == "已回访")
        }
    };
    told.share(
        "管理处原因投诉回访率",
        complaints.iter().filter(called("complaint")).count(),
        complaints.len(),
    );
    let repairs = documents.kind("repair-order").iter().filter(|it| {
        let category = text(&it["data"]["category"]);
        ["漏水", "下水堵塞", "更换水阀水嘴"].contains(&category.as_str()) && has(&it["data"]["finished"])
    });
    let repairs: Vec<&Yaml> = repairs.collect();
    told.share("维修回访率", repairs.iter().filter(called("repair")).count(), repairs.len());
    let calls: Vec<&Yaml> =
        documents.kind("return-visit").iter().filter(|it| text(&it["data"]["outcome"]) == "已回访").collect();
    let scores = calls.iter().map(|it| &it["data"]["satisfaction"]).filter(|it| has(it)).map(number);
    told.mean("回访满意度", &scores.collect::<Vec<_>>());
    for (month, count) in told.points("每月日常回访户数（应为10至15户）") {
        let daily = calls.iter().filter(|it| text(&it["data"]["type"]) == "日常回访");
        let daily = daily.filter(|it| text(&it["data"]["date"]).starts_with(&month));
        assert_eq!(count, counted(daily.map(|it| text(&it["data"]["household"]))), "{month}");
    }
    let care: Vec<&&Yaml> = households.iter().filter(|it| !list(&it["care"]).is_empty()).collect();
    assert_eq!(told.table("节日慰问名单").len(), care.len());
    // Phones are masked unless they are asked for.
    let shown = |told: &Told| {
        told.table("节日慰问名单").iter().map(|row| row["phone"].to_string()).collect::<String>()
    };
    assert!(shown(&told).contains("****"), "{}", shown(&told));
    let whole = Told::of(PROPERTY, "residents", &["--personal"]);
    assert!(!shown(&whole).contains('*') && shown(&whole).len() > care.len() * 10, "{}", shown(&whole));
}
