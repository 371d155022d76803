/// What an event that names a party is called: the code of its kind, its name, and its English and Chinese labels.
pub(super) const KINDS: &[(u8, &str, &str, &str)] = &[
    (10, "detail_bound", "personal detail bound", "个人信息承诺"),
    (16, "premium_received", "premium received", "保险费收入"),
    (17, "premium_refunded", "premium refunded", "退费"),
    (21, "transfer_in_received", "transferred in", "转移收入"),
    (22, "transfer_in_returned", "transfer in returned", "退回转移收入"),
    (25, "other_income_received", "other income", "其他收入"),
    (48, "benefit_paid", "benefit paid", "待遇支出"),
    (49, "cross_province_settled", "treatment elsewhere settled", "跨省异地就医结算"),
    (50, "state_use_paid", "State use paid", "国家规定的其他用途"),
    (51, "transfer_out_paid", "transferred out", "转移支出"),
    (64, "payment_returned", "payment returned", "退票"),
    (65, "benefit_recovered", "benefit recovered", "追回待遇"),
    (66, "reversed", "reversed", "冲销"),
    (67, "late_payment_returned", "payment of an earlier year returned", "跨年度退回"),
    (68, "late_benefit_recovered", "benefit of an earlier year recovered", "跨年度追回"),
    (80, "premium_declared", "premium declared", "申报"),
    (81, "premium_verified", "premium verified", "核定"),
    (82, "premium_assessed", "premium assessed", "按上月百分之一百一十核定"),
    (83, "due_corrected", "due corrected", "更正应缴"),
    (84, "late_fee_charged", "late fee charged", "加收滞纳金"),
    (96, "benefit_claimed", "benefit claimed", "待遇申请"),
    (99, "benefit_stopped", "benefit stopped", "停发"),
    (100, "benefit_resumed", "benefit resumed", "恢复发放"),
    (101, "provider_agreed", "service agreement made", "签订服务协议"),
    (102, "provider_ended", "service agreement ended", "解除服务协议"),
    (103, "recovery_demanded", "repayment demanded", "责令退回"),
];

/// Name and labels of a kind; the name of none for a kind that names no party.
pub(super) fn of_kind(code: u8) -> (&'static str, &'static str, &'static str) {
    KINDS
        .iter()
        .find(|(known, ..)| *known == code)
        .map_or(("other", "other", "其他"), |(_, name, label, label_zh)| {
            (*name, *label, *label_zh)
        })
}
