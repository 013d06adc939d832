// What the page says, in both languages. `{}` is where a value goes.
export const fa = {
  title: "جعبهٔ شنی پیوند", skip: "رفتن به درخواست‌ها", now: "ساعت آن", connecting: "در حال اتصال", live: "زنده",
  lost_connection: "قطع شد؛ دوباره تلاش می‌شود", languages: "زبان‌ها", clock: "ساعت",
  clock_note: "سفارش‌ها، رسیدن پیامک‌ها و انقضای توکن‌ها با این ساعت پیش می‌روند.", plus_10s: "۱۰ ثانیه جلو", plus_1m: "یک دقیقه جلو",
  plus_1h: "یک ساعت جلو", plus_1d: "یک روز جلو", reset: "بازگشت به حالت آغاز",
  sure: "همهٔ سفارش‌ها، پیوندها، پیامک‌ها و حساب‌های افزوده پاک شود؟", faults: "خطاها",
  faults_note: "در درخواست بعدی چه چیزی خراب شود. یک کلیک کافی است:", fault_lost: "انجام شد، اما پاسخ گم شد",
  fault_gateway: "خطای ۵۰۲ از دروازه", fault_500: "خطای HTTP 500", fault_stall: "هرگز پاسخی نیاید", provider: "سرویس", call: "فراخوانی",
  any: "هر کدام", fault: "خطا", from_nth: "از چندمین درخواست", times: "چند بار", chance: "احتمال به درصد", set: "گذاشتن خطا",
  waiting: "خطاهای منتظر", clear_faults: "پاک کردن همهٔ خطاها", remove: "برداشتن", left: "{} بار دیگر", always: "تا برداشته شود",
  by_chance: "با احتمال {}", from: "از درخواست شمارهٔ {}", requests: "درخواست‌ها", clear_requests: "پاک کردن فهرست", total: "{} تا کنون",
  missed: "{} رویداد به این صفحه نرسید.", no_answer: "بی‌پاسخ", nowhere: "هیچ سرویسی", orders: "سفارش‌ها (آپارات)",
  links: "پیوندها (پاد)", clicks: "{} کلیک", switched_off: "خاموش", messages: "پیامک‌ها", inbound: "پیامک‌های دریافتی", sender: "از",
  line: "به خط", text: "متن", drop_in: "رساندن پیامک", read: "خوانده‌شده", unread: "خوانده‌نشده", parts: "{} بخش", accounts: "حساب‌ها",
  balance: "مانده: {}",
  footer: "همه چیز اینجا ساختگی است و هیچ سرویس واقعی صدا زده نمی‌شود. همین‌ها برای برنامه‌ها: \u2066/_sandbox\u2069",
  none: "هنوز چیزی نیست.", like: "پسند", view: "بازدید", follow: "دنبال کردن", pending: "در انتظار", in_progress: "در حال انجام",
  completed: "انجام‌شده", scheduled: "زمان‌بندی‌شده", accepted: "پذیرفته‌شده", sent: "فرستاده‌شده", delivered: "رسیده",
  cancelled: "لغوشده", active: "فعال", inactive: "غیرفعال", expired: "منقضی", address_refused: "نشانی ناپذیرفته",
  rate_limited: "بیش از حد مجاز", failing: "خطای سرویس", service_refused: "بدون دسترسی به سرویس", method_refused: "بدون دسترسی به متد",
};
export const en = {
  live: "live", lost_connection: "connection lost, trying again", sure: "Forget every order, link, message and added account?",
  remove: "Remove", left: "{} more", always: "until removed", by_chance: "with a chance of {}", from: "from request {} on",
  total: "{} so far", missed: "{} events did not reach this page.", no_answer: "no answer", nowhere: "no provider", clicks: "{} clicks",
  switched_off: "switched off", read: "read", unread: "unread", parts: "parts: {}", balance: "balance {}", none: "Nothing yet.",
};
