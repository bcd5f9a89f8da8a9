#include "runtime/json_schema/json/reader.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace triad::json_schema {
namespace {

// The parser refuses numbers that its floating point cannot hold: a long double holds all of
// Decimal's. Their digits come from the text.
using Json = nlohmann::basic_json<std::map, std::vector, std::string, bool, std::int64_t,
                                  std::uint64_t, long double>;

// nlohmann's code for a number that is too large.
constexpr int kNumberOverflow = 406;

constexpr char kOutOfRange[] = "has a number that is out of range";

bool NamesOneTwice(const Value::Object& sorted) {
  return std::adjacent_find(sorted.begin(), sorted.end(), [](const Member& a, const Member& b) {
           return a.name == b.name;
         }) != sorted.end();
}

// Follows the parser; the first function that returns false ends it.
class TreeBuilder : public nlohmann::json_sax<Json> {
 public:
  const absl::Status& status() const { return status_; }
  Value TakeRoot() { return std::move(root_); }

  bool null() override { return Add(Value{}); }
  bool boolean(bool value) override { return Add(Value{value}); }
  bool number_integer(number_integer_t value) override { return Add(Value{Decimal(value)}); }
  bool number_unsigned(number_unsigned_t value) override { return Number(absl::StrCat(value)); }
  bool number_float(number_float_t, const string_t& token) override { return Number(token); }
  bool string(string_t& text) override { return Add(Value{std::move(text)}); }
  bool binary(binary_t&) override { return Fail("is not JSON"); }
  bool start_array(std::size_t) override { return Open(Value{Value::Array()}); }
  bool start_object(std::size_t) override { return Open(Value{Value::Object()}); }
  bool end_array() override { return Close(); }

  bool key(string_t& name) override {
    std::get<Value::Object>(open_.back().data).push_back({std::move(name), Value{}});
    return true;
  }

  bool end_object() override {
    auto& members = std::get<Value::Object>(open_.back().data);
    std::sort(members.begin(), members.end(),
              [](const Member& a, const Member& b) { return a.name < b.name; });
    return NamesOneTwice(members) ? Fail("has an object that names a property twice") : Close();
  }

  bool parse_error(std::size_t at, const std::string&,
                   const nlohmann::detail::exception& error) override {
    if (error.id == kNumberOverflow) return Fail(kOutOfRange);
    return Fail(absl::StrCat("is not valid JSON, at byte ", at));
  }

 private:
  bool Fail(absl::string_view what) {
    status_ = absl::InvalidArgumentError(what);
    return false;
  }

  bool Number(absl::string_view token) {
    std::optional<Decimal> number = Decimal::Parse(token);
    return number ? Add(Value{*std::move(number)}) : Fail(kOutOfRange);
  }

  bool Open(Value value) {
    if (open_.size() == kMaxNesting) {
      return Fail(absl::StrCat("is nested deeper than ", kMaxNesting, " levels"));
    }
    open_.push_back(std::move(value));
    return true;
  }

  bool Close() {
    Value closed = std::move(open_.back());
    open_.pop_back();
    return Add(std::move(closed));
  }

  bool Add(Value value) {
    if (++values_ > kMaxValues) return Fail(absl::StrCat("has more than ", kMaxValues, " values"));
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (auto* items = std::get_if<Value::Array>(&open_.back().data)) {
      items->push_back(std::move(value));
    } else {
      std::get<Value::Object>(open_.back().data).back().value = std::move(value);
    }
    return true;
  }

  Value root_;
  std::size_t values_ = 0;
  std::vector<Value> open_;  // arrays and objects that have not ended
  absl::Status status_;
};

}  // namespace

absl::StatusOr<Value> ReadJson(absl::string_view text) {
  if (text.size() > kMaxTextBytes) {
    return absl::InvalidArgumentError(absl::StrCat("is longer than ", kMaxTextBytes, " bytes"));
  }
  // The parser passes over a byte order mark, and takes NUL for the end.
  if (absl::StartsWith(text, "\xEF\xBB\xBF")) {
    return absl::InvalidArgumentError("is not valid JSON, at byte 1");
  }
  std::size_t nul = text.find('\0');
  if (nul != absl::string_view::npos) {
    return absl::InvalidArgumentError(absl::StrCat("is not valid JSON, at byte ", nul + 1));
  }
  TreeBuilder builder;
  bool whole = Json::sax_parse(text.begin(), text.end(), &builder);
  if (!whole) return builder.status();
  return builder.TakeRoot();
}

}  // namespace triad::json_schema
