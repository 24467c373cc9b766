//! 偏关县节约集约利用土地实施方案. How sites are compared is tested in `sites.rs`.

use serde_json::json;

use crate::case::*;

pub(crate) fn cases() -> Vec<Case> {
    let chapter = ["节约集约用地专章"];
    vec![
        case(
            "pianguan-2023.two-sites",
            "三(二)",
            vec![
                site("compliant", &[], json!({"is_new_or_extension": true, "site_options": 2})),
                site("not_compliant", &[], json!({"is_new_or_extension": true, "site_options": 1})),
                site("compliant", &[], json!({"is_new_or_extension": false})),
                site("cannot_be_judged", &[], json!({"is_new_or_extension": true})),
            ],
        ),
        said(
            "pianguan-2023.chapter",
            "三(二)",
            "has_land_saving_chapter",
            "conditional",
            Some("is_major_infrastructure"),
        ),
        needs("pianguan-2023.permanent-basic-farmland", "三(二)", ("永久基本农田", ""), &chapter, None),
        needs("pianguan-2023.cropland", "三(二)", ("耕地", ""), &chapter, None),
        needs("pianguan-2023.ecological-redline", "三(二)", ("生态保护红线", "其他红线区域"), &chapter, None),
        needs("pianguan-2023.forest", "三(二)", ("林地", ""), &["林业部门意见"], None),
        said("pianguan-2023.plan", "三(一)", "conforms_to_territorial_plan", "not_compliant", None),
    ]
}

#[test]
fn sites_and_reasons() {
    judge(&cases());
}
