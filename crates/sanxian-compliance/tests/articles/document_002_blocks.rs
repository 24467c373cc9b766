//! 太忻一体化经济区(忻州区)空间发展规划, 附表1: the negative list and the conditions of admission of every block.

use serde_json::json;

use crate::case::*;

const CLAUSE: &str = "附表1";
const ROLE: &str = "忻州区板块";
const SCENIC: &str = "五台山风景名胜区板块";
const BLOCKS: [&str; 6] = ["忻府板块", "定襄板块", "原平板块", "代县板块", "繁峙板块", "五台板块"];

/// The same rule in a block whose list does not have it.
fn but_not_in(mut case: Case, block: &str, flag: &str) -> Case {
    case.sites.push(site("compliant", &[(ROLE, ON, block)], json!({ flag: true })));
    case
}

fn in_every_block() -> Vec<Case> {
    let mut cases = Vec::new();
    for (rule, flag) in [
        ("taixin-2023.block-eliminated", "is_eliminated_industry"),
        ("taixin-2023.block-access-prohibited", "is_prohibited_market_access"),
    ] {
        let mut case = forbidden(rule, CLAUSE, (ROLE, SCENIC), Some(flag));
        let others = BLOCKS.map(|block| site("not_compliant", &[(ROLE, ON, block)], json!({ flag: true })));
        case.sites.extend(others);
        cases.push(case);
    }
    let flag = "is_new_two_high_project";
    let proof = ["符合主导产业方向且能效达到国内标杆水平的证明"];
    let mut case = needs("taixin-2023.block-two-high", CLAUSE, (ROLE, "代县板块"), &proof, Some(flag));
    case.sites.extend(BLOCKS.map(|block| site("conditional", &[(ROLE, ON, block)], json!({ flag: true }))));
    cases.push(but_not_in(case, SCENIC, flag));
    cases
}

fn in_one_block() -> Vec<Case> {
    let goods = "is_dangerous_goods_logistics";
    let cement = "is_new_cement_or_flat_glass_works";
    let kiln = "has_rotary_kiln_below_3_m";
    let wastewater = "discharges_concentrated_wastewater";
    let damage = "harms_scenic_environment";
    let regulations = ["符合《山西省风景名胜区条例》和《山西省五台山风景名胜区环境保护条例》的认定"];
    let (xinfu, yuanping) = ((ROLE, "忻府板块"), (ROLE, "原平板块"));
    vec![
        but_not_in(
            forbidden("taixin-2023.block-xinfu-dangerous-goods", CLAUSE, xinfu, Some(goods)),
            "定襄板块",
            goods,
        ),
        but_not_in(
            forbidden("taixin-2023.block-yuanping-cement", CLAUSE, yuanping, Some(cement)),
            "忻府板块",
            cement,
        ),
        but_not_in(
            needs("taixin-2023.block-yuanping-kiln", CLAUSE, yuanping, &[], Some(kiln)),
            "代县板块",
            kiln,
        ),
        but_not_in(
            needs("taixin-2023.block-yuanping-wastewater", CLAUSE, yuanping, &[], Some(wastewater)),
            "繁峙板块",
            wastewater,
        ),
        needs("taixin-2023.block-wutaishan-regulations", CLAUSE, (ROLE, SCENIC), &regulations, None),
        but_not_in(
            needs("taixin-2023.block-wutaishan-damage", CLAUSE, (ROLE, SCENIC), &[], Some(damage)),
            "五台板块",
            damage,
        ),
    ]
}

/// The conditions of admission of every block: one document a block, which is asked for in that block alone.
fn admissions() -> Vec<Case> {
    [
        ("taixin-2023.block-xinfu-access", "忻府板块", "定襄板块"),
        ("taixin-2023.block-dingxiang-access", "定襄板块", "原平板块"),
        ("taixin-2023.block-yuanping-access", "原平板块", "代县板块"),
        ("taixin-2023.block-daixian-access", "代县板块", "繁峙板块"),
        ("taixin-2023.block-fanshi-access", "繁峙板块", "五台板块"),
        ("taixin-2023.block-wutai-access", "五台板块", SCENIC),
        ("taixin-2023.block-wutaishan-access", SCENIC, "忻府板块"),
    ]
    .into_iter()
    .map(|(rule, block, other)| {
        let proof = format!("符合{block}准入条件的认定");
        let mut case = needs(rule, CLAUSE, (ROLE, block), &[&proof], None);
        case.sites.push(site("compliant", &[(ROLE, ON, other)], json!({})));
        case
    })
    .collect()
}

pub(crate) fn cases() -> Vec<Case> {
    [in_every_block(), in_one_block(), admissions()].into_iter().flatten().collect()
}

#[test]
fn the_lists_of_every_block() {
    judge(&cases());
}
