"""Units that texts measure in, by kind, in one of them: seconds, grams."""

TIME: dict[str, float] = {
    "毫秒": 1e-3, "秒": 1, "秒钟": 1, "分钟": 60, "刻钟": 900, "小时": 3600, "钟头": 3600, "天": 86400, "周": 604800,
    "星期": 604800, "礼拜": 604800,
}  # fmt: skip
MASS: dict[str, float] = {
    "毫克": 1e-3, "mg": 1e-3, "克": 1, "g": 1, "斤": 500, "公斤": 1e3, "千克": 1e3, "kg": 1e3, "吨": 1e6, "t": 1e6,
}  # fmt: skip
