//! The provincial pooling areas.

use earmark::prelude::*;

/// A provincial pooling area (省级统筹地区).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Province {
    /// By its administrative division code (GB/T 2260).
    pub(crate) area: Area,
    pub(crate) name: &'static str,
    pub(crate) name_zh: &'static str,
    /// Residents on 1 November 2020: Seventh National Population Census, communique no. 3. The size
    /// of an area's share of what is published for the nation alone.
    pub(crate) residents: u64,
}

/// Wuxi, whose work injury fund publishes its execution to the fen.
pub(crate) const WUXI: Area = area_of(320_200);

/// Jiangsu, the superior level of Wuxi.
pub(crate) const JIANGSU: Area = area_of(320_000);

pub(crate) const PROVINCES: [Province; 31] = [
    province(110_000, "Beijing", "北京", 21_893_095),
    province(120_000, "Tianjin", "天津", 13_866_009),
    province(130_000, "Hebei", "河北", 74_610_235),
    province(140_000, "Shanxi", "山西", 34_915_616),
    province(150_000, "Inner Mongolia", "内蒙古", 24_049_155),
    province(210_000, "Liaoning", "辽宁", 42_591_407),
    province(220_000, "Jilin", "吉林", 24_073_453),
    province(230_000, "Heilongjiang", "黑龙江", 31_850_088),
    province(310_000, "Shanghai", "上海", 24_870_895),
    province(320_000, "Jiangsu", "江苏", 84_748_016),
    province(330_000, "Zhejiang", "浙江", 64_567_588),
    province(340_000, "Anhui", "安徽", 61_027_171),
    province(350_000, "Fujian", "福建", 41_540_086),
    province(360_000, "Jiangxi", "江西", 45_188_635),
    province(370_000, "Shandong", "山东", 101_527_453),
    province(410_000, "Henan", "河南", 99_365_519),
    province(420_000, "Hubei", "湖北", 57_752_557),
    province(430_000, "Hunan", "湖南", 66_444_864),
    province(440_000, "Guangdong", "广东", 126_012_510),
    province(450_000, "Guangxi", "广西", 50_126_804),
    province(460_000, "Hainan", "海南", 10_081_232),
    province(500_000, "Chongqing", "重庆", 32_054_159),
    province(510_000, "Sichuan", "四川", 83_674_866),
    province(520_000, "Guizhou", "贵州", 38_562_148),
    province(530_000, "Yunnan", "云南", 47_209_277),
    province(540_000, "Tibet", "西藏", 3_648_100),
    province(610_000, "Shaanxi", "陕西", 39_528_999),
    province(620_000, "Gansu", "甘肃", 25_019_831),
    province(630_000, "Qinghai", "青海", 5_923_957),
    province(640_000, "Ningxia", "宁夏", 7_202_654),
    province(650_000, "Xinjiang", "新疆", 25_852_345),
];

const fn province(
    code: u32,
    name: &'static str,
    name_zh: &'static str,
    residents: u64,
) -> Province {
    Province { area: area_of(code), name, name_zh, residents }
}

/// The area of a code that is written in this file, and so is one.
const fn area_of(code: u32) -> Area {
    match Area::from_code(code) {
        Ok(area) => area,
        Err(_) => Area::CENTRAL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_census_adds_up() {
        let residents: u64 = PROVINCES.iter().map(|province| province.residents).sum();
        assert_eq!(residents, 1_409_778_724);
    }

    #[test]
    fn codes_are_in_order_and_whole_provinces() {
        let codes = PROVINCES.map(|province| province.area.code());
        assert!(codes.iter().all(|code| *code > 0 && code % 10_000 == 0));
        assert!(codes.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
