#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/numeric/int128.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "services/transform/engine/families/value/operations.h"

namespace triad::transform {
namespace {

struct TimeUnit {
  absl::string_view name;
  std::int64_t per_second;
  int digits;
};

constexpr std::array<TimeUnit, 4> kUnits = {
    {{"s", 1, 0}, {"ms", 1000, 3}, {"us", 1'000'000, 6}, {"ns", 1'000'000'000, 9}}};

constexpr std::int64_t kMinYear = 0;
constexpr std::int64_t kMaxYear = 9999;

const TimeUnit& UnitOf(const Arguments& arguments) {
  std::size_t i = 0;
  while (kUnits[i].name != arguments.Text("unit")) ++i;
  return kUnits[i];
}

Parameter UnitParameter() {
  Parameter parameter = {.name = "unit",
                         .summary = "What the number counts since 1970-01-01T00:00:00Z.",
                         .kind = Kind::kChoice,
                         .default_value = std::string(kUnits[0].name)};
  for (const TimeUnit& unit : kUnits) parameter.choices.emplace_back(unit.name);
  return parameter;
}

absl::Status RunUnixToIso(absl::string_view input, const Arguments& arguments, Output& output) {
  const TimeUnit& unit = UnitOf(arguments);
  std::int64_t number = 0;
  if (!absl::SimpleAtoi(input, &number)) return BadInput("must be a whole number of 64 bits");
  std::int64_t seconds = number / unit.per_second;
  std::int64_t rest = number % unit.per_second;
  if (rest < 0) {
    rest += unit.per_second;
    --seconds;
  }
  absl::CivilSecond time = absl::CivilSecond(1970) + seconds;
  if (time.year() < kMinYear || time.year() > kMaxYear) {
    return BadInput("must be a time in the years 0 to 9999");
  }
  output.Append(absl::StrFormat("%04d-%02d-%02dT%02d:%02d:%02d", time.year(), time.month(),
                                time.day(), time.hour(), time.minute(), time.second()));
  if (rest != 0) output.Append(absl::StrFormat(".%0*d", unit.digits, rest));
  output.Put('Z');
  return output.status();
}

// RFC 3339: date "T" time [fraction] ("Z" / offset)
class IsoReader {
 public:
  explicit IsoReader(absl::string_view text) : text_(text) {}

  // What the number counts is `unit`s; what is smaller is cut off.
  absl::StatusOr<absl::int128> Read(const TimeUnit& unit) {
    std::int64_t year = Number(4, kMinYear, kMaxYear);
    Expect('-');
    std::int64_t month = Number(2, 1, 12);
    Expect('-');
    std::int64_t day = Number(2, 1, 31);
    if (!Accept('T') && !Accept('t')) Expect(' ');
    std::int64_t hour = Number(2, 0, 23);
    Expect(':');
    std::int64_t minute = Number(2, 0, 59);
    Expect(':');
    // A leap second is the first of the next minute, as POSIX has it.
    std::int64_t second = Number(2, 0, 60);
    std::int64_t fraction = Accept('.') || Accept(',') ? Fraction(unit.digits) : 0;
    std::int64_t offset = Offset();
    if (wrong_ || at_ != text_.size()) {
      return BadInputAt(at_, "must be a time as 2026-11-28T19:00:00Z, with Z or an offset");
    }
    absl::CivilDay date(year, static_cast<int>(month), static_cast<int>(day));
    if (date.month() != month) return BadInputAt(8, "has a day that its month does not");
    std::int64_t days = date - absl::CivilDay(1970);
    std::int64_t seconds = ((days * 24 + hour) * 60 + minute) * 60 + second - offset;
    return absl::int128(seconds) * unit.per_second + fraction;
  }

 private:
  bool Accept(char c) {
    if (wrong_ || at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void Expect(char c) {
    if (!Accept(c)) wrong_ = true;
  }

  std::int64_t Number(std::size_t digits, std::int64_t min, std::int64_t max) {
    std::int64_t value = 0;
    std::size_t begin = at_;
    for (std::size_t i = 0; i < digits && !wrong_; ++i) {
      if (at_ >= text_.size() || !absl::ascii_isdigit(static_cast<unsigned char>(text_[at_]))) {
        wrong_ = true;
      } else {
        value = value * 10 + (text_[at_++] - '0');
      }
    }
    if (!wrong_ && (value < min || value > max)) {
      wrong_ = true;
      at_ = begin;
    }
    return value;
  }

  std::int64_t Fraction(int digits) {
    std::int64_t value = 0;
    int read = 0;
    for (; at_ < text_.size() && absl::ascii_isdigit(static_cast<unsigned char>(text_[at_]));
         ++at_, ++read) {
      if (read < digits) value = value * 10 + (text_[at_] - '0');
    }
    wrong_ = wrong_ || read == 0;
    for (; read < digits; ++read) value *= 10;
    return value;
  }

  std::int64_t Offset() {
    if (Accept('Z') || Accept('z')) return 0;
    bool west = Accept('-');
    if (!west) Expect('+');
    std::int64_t hours = Number(2, 0, 23);
    Accept(':');
    std::int64_t seconds = (hours * 60 + Number(2, 0, 59)) * 60;
    return west ? -seconds : seconds;
  }

  const absl::string_view text_;
  std::size_t at_ = 0;
  bool wrong_ = false;
};

absl::Status RunIsoToUnix(absl::string_view input, const Arguments& arguments, Output& output) {
  absl::StatusOr<absl::int128> number = IsoReader(input).Read(UnitOf(arguments));
  if (!number.ok()) return number.status();
  if (*number > INT64_MAX || *number < INT64_MIN) {
    return BadInput("must be a time whose number has 64 bits");
  }
  output.Append(absl::StrCat(static_cast<std::int64_t>(*number)));
  return output.status();
}

}  // namespace

Operation UnixToIso() {
  return {.id = "unix-to-iso",
          .name = "Unix time to ISO 8601",
          .aliases = {"From UNIX Timestamp"},
          .summary = "Writes a Unix time as a date and time in UTC (RFC 3339).",
          .takes = Data::kText,
          .gives = Data::kText,
          .parameters = {UnitParameter()},
          .inverse = "iso-to-unix",
          .examples = {{"1234567890", "unix-to-iso", "2009-02-13T23:31:30Z"},
                       {"1700000000123", "unix-to-iso(unit=ms)", "2023-11-14T22:13:20.123Z"}},
          .run = RunUnixToIso};
}

Operation IsoToUnix() {
  return {.id = "iso-to-unix",
          .name = "ISO 8601 to Unix time",
          .aliases = {"To UNIX Timestamp"},
          .summary = "Reads a date and time with Z or an offset (RFC 3339) as a Unix time.",
          .takes = Data::kText,
          .gives = Data::kText,
          .parameters = {UnitParameter()},
          .inverse = "unix-to-iso",
          .examples = {{"2026-11-28T19:00:00+05:30", "iso-to-unix", "1795872600"}},
          .run = RunIsoToUnix};
}

}  // namespace triad::transform
