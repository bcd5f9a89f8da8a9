#include "gateway/transcoding/text/time_text.h"

#include <charconv>
#include <chrono>
#include <cstddef>

namespace triad::gateway {
namespace {

using Days = std::chrono::sys_days;

constexpr std::int32_t kNanosPerSecond = 1'000'000'000;
constexpr int kMaxFraction = 9;  // digits
constexpr std::int64_t kSecondsPerDay = 86'400;
constexpr std::int64_t kFirstSecond = -62'135'596'800;  // 0001-01-01T00:00:00Z
constexpr std::int64_t kLastSecond = 253'402'300'799;   // 9999-12-31T23:59:59Z
constexpr std::int64_t kMaxDuration = 315'576'000'000;  // seconds

// Takes parts of a text off its front; once one is not there, none is.
class Parts {
 public:
  explicit Parts(absl::string_view text) : rest_(text) {}

  bool is_whole() const { return is_good_ && rest_.empty(); }

  bool Has(char c) const { return !rest_.empty() && rest_.front() == c; }

  void Take(char c) {
    is_good_ = is_good_ && Has(c);
    if (is_good_) rest_.remove_prefix(1);
  }

  // Exactly `digits` digits, whose value is from `min` to `max`.
  int TakeNumber(std::size_t digits, int min, int max) {
    int value = 0;
    is_good_ = is_good_ && rest_.size() >= digits;
    if (!is_good_) return 0;
    for (char c : rest_.substr(0, digits)) {
      is_good_ = is_good_ && c >= '0' && c <= '9';
      value = 10 * value + (c - '0');
    }
    is_good_ = is_good_ && value >= min && value <= max;
    rest_.remove_prefix(digits);
    return value;
  }

  // One digit or more, without a zero in front of others, below 10^18.
  std::int64_t TakeInteger() {
    std::size_t digits = CountDigits();
    is_good_ = is_good_ && digits > 0 && digits <= 18 && (digits == 1 || !Has('0'));
    std::int64_t value = 0;
    if (!is_good_) return 0;
    for (char c : rest_.substr(0, digits)) value = 10 * value + (c - '0');
    rest_.remove_prefix(digits);
    return value;
  }

  // Nothing, or a point and up to nine digits.
  std::int32_t TakeNanos() {
    if (!is_good_ || !Has('.')) return 0;
    rest_.remove_prefix(1);
    std::size_t digits = CountDigits();
    is_good_ = digits > 0 && digits <= kMaxFraction;
    if (!is_good_) return 0;
    std::int32_t nanos = 0;
    for (std::size_t i = 0; i < kMaxFraction; ++i) {
      nanos = 10 * nanos + (i < digits ? rest_[i] - '0' : 0);
    }
    rest_.remove_prefix(digits);
    return nanos;
  }

 private:
  std::size_t CountDigits() const {
    std::size_t count = 0;
    while (count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9') ++count;
    return count;
  }

  absl::string_view rest_;
  bool is_good_ = true;
};

// full-date, as days since 1970; what is no date is nullopt.
std::optional<std::int64_t> TakeDate(Parts& parts) {
  int year = parts.TakeNumber(4, 0, 9999);
  parts.Take('-');
  int month = parts.TakeNumber(2, 1, 12);
  parts.Take('-');
  int day = parts.TakeNumber(2, 1, 31);
  std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                   std::chrono::day(day)};
  if (!date.ok()) return std::nullopt;
  return Days(date).time_since_epoch().count();
}

std::int64_t TakeMinutes(Parts& parts) {
  std::int64_t hour = parts.TakeNumber(2, 0, 23);
  parts.Take(':');
  return 60 * hour + parts.TakeNumber(2, 0, 59);
}

// time-offset, in seconds to the east.
std::int64_t TakeOffset(Parts& parts) {
  if (!parts.Has('+') && !parts.Has('-')) {
    parts.Take('Z');
    return 0;
  }
  std::int64_t sign = parts.Has('+') ? 1 : -1;
  parts.Take(sign > 0 ? '+' : '-');
  return sign * 60 * TakeMinutes(parts);
}

char* WriteDigits(std::int64_t value, int digits, char* out) {
  for (int i = digits - 1; i >= 0; --i, value /= 10) out[i] = static_cast<char>('0' + value % 10);
  return out + digits;
}

char* WriteNanos(std::int32_t nanos, char* out) {
  if (nanos == 0) return out;
  *out++ = '.';
  if (nanos % 1'000'000 == 0) return WriteDigits(nanos / 1'000'000, 3, out);
  if (nanos % 1'000 == 0) return WriteDigits(nanos / 1'000, 6, out);
  return WriteDigits(nanos, 9, out);
}

}  // namespace

std::optional<SecondsAndNanos> ParseTimestamp(absl::string_view text) {
  Parts parts(text);
  std::optional<std::int64_t> days = TakeDate(parts);
  if (!days) return std::nullopt;
  parts.Take('T');
  std::int64_t minutes = TakeMinutes(parts);
  parts.Take(':');
  std::int64_t second = parts.TakeNumber(2, 0, 59);
  std::int32_t nanos = parts.TakeNanos();
  std::int64_t offset = TakeOffset(parts);
  std::int64_t seconds = *days * kSecondsPerDay + 60 * minutes + second - offset;
  if (!parts.is_whole() || seconds < kFirstSecond || seconds > kLastSecond) return std::nullopt;
  return SecondsAndNanos{seconds, nanos};
}

std::optional<SecondsAndNanos> ParseDuration(absl::string_view text) {
  Parts parts(text);
  int sign = parts.Has('-') ? -1 : 1;
  if (sign < 0) parts.Take('-');
  std::int64_t seconds = parts.TakeInteger();
  std::int32_t nanos = parts.TakeNanos();
  parts.Take('s');
  if (!parts.is_whole() || seconds > kMaxDuration) return std::nullopt;
  return SecondsAndNanos{sign * seconds, sign * nanos};
}

char* WriteTimestamp(const SecondsAndNanos& value, char* out) {
  bool is_good = value.seconds >= kFirstSecond && value.seconds <= kLastSecond &&
                 value.nanos >= 0 && value.nanos < kNanosPerSecond;
  if (!is_good) return nullptr;
  std::int64_t since_first = value.seconds - kFirstSecond;
  std::int64_t second = since_first % kSecondsPerDay;
  std::chrono::days days{(value.seconds - second) / kSecondsPerDay};
  std::chrono::year_month_day date{Days(days)};
  out = WriteDigits(static_cast<int>(date.year()), 4, out);
  *out++ = '-';
  out = WriteDigits(static_cast<unsigned>(date.month()), 2, out);
  *out++ = '-';
  out = WriteDigits(static_cast<unsigned>(date.day()), 2, out);
  *out++ = 'T';
  out = WriteDigits(second / 3600, 2, out);
  *out++ = ':';
  out = WriteDigits(second / 60 % 60, 2, out);
  *out++ = ':';
  out = WriteDigits(second % 60, 2, out);
  out = WriteNanos(value.nanos, out);
  *out++ = 'Z';
  return out;
}

char* WriteDuration(const SecondsAndNanos& value, char* out) {
  bool is_mixed = (value.seconds > 0 && value.nanos < 0) || (value.seconds < 0 && value.nanos > 0);
  bool is_good = !is_mixed && value.nanos > -kNanosPerSecond && value.nanos < kNanosPerSecond &&
                 value.seconds >= -kMaxDuration && value.seconds <= kMaxDuration;
  if (!is_good) return nullptr;
  bool is_negative = value.seconds < 0 || value.nanos < 0;
  if (is_negative) *out++ = '-';
  out = std::to_chars(out, out + 20, is_negative ? -value.seconds : value.seconds).ptr;
  out = WriteNanos(is_negative ? -value.nanos : value.nanos, out);
  *out++ = 's';
  return out;
}

}  // namespace triad::gateway
