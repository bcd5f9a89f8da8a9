// Rules that compare a value with others: const, in, not_in and the bounds, of numbers,
// durations and timestamps.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "runtime/validation/checks/check.h"
#include "runtime/validation/checks/values.h"

namespace triad::validation {

template <typename T>
struct Bound {
  T value;
  bool is_open;  // gt and lt: the value itself is outside
};

template <typename T>
bool IsBelow(const T& value, const Bound<T>& low) {
  return !(low.is_open ? value > low.value : value >= low.value);
}
template <typename T>
bool IsAbove(const T& value, const Bound<T>& high) {
  return !(high.is_open ? value < high.value : value <= high.value);
}

template <typename T>
std::string TextOfLow(const Bound<T>& low) {
  return absl::StrCat(low.is_open ? "more than " : "at least ", TextOf(low.value));
}
template <typename T>
std::string TextOfHigh(const Bound<T>& high) {
  return absl::StrCat(high.is_open ? "less than " : "at most ", TextOf(high.value));
}

// Between them, or, if they are the other way round, anywhere but between them.
template <typename T>
Check BetweenCheck(absl::string_view type, const Bound<T>& low, const Bound<T>& high) {
  bool is_between = high.value >= low.value;
  std::string text =
      absl::StrCat("must be ", TextOfLow(low), is_between ? " and " : " or ", TextOfHigh(high));
  if (is_between && !low.is_open && !high.is_open) {
    text = absl::StrCat("must be ", TextOf(low.value), " to ", TextOf(high.value));
  }
  return {absl::StrCat(type, low.is_open ? ".gt" : ".gte", high.is_open ? "_lt" : "_lte",
                       is_between ? "" : "_exclusive"),
          text, [low, high, is_between](const Value& value) {
            T number = As<T>(value);
            if (number != number) return false;
            bool is_below = IsBelow(number, low);
            bool is_above = IsAbove(number, high);
            return is_between ? !is_below && !is_above : !(is_below && is_above);
          }};
}

template <typename T>
void AddBounds(absl::string_view type, const std::optional<Bound<T>>& low,
               const std::optional<Bound<T>>& high, Checks& checks) {
  if (low.has_value() && high.has_value()) {
    checks.push_back(BetweenCheck(type, *low, *high));
  } else if (low.has_value()) {
    checks.push_back({absl::StrCat(type, low->is_open ? ".gt" : ".gte"),
                      absl::StrCat("must be ", TextOfLow(*low)),
                      [low = *low](const Value& value) { return !IsBelow(As<T>(value), low); }});
  } else if (high.has_value()) {
    checks.push_back({absl::StrCat(type, high->is_open ? ".lt" : ".lte"),
                      absl::StrCat("must be ", TextOfHigh(*high)),
                      [high = *high](const Value& value) { return !IsAbove(As<T>(value), high); }});
  }
}

// How errors show a value, unless there is a better way.
struct PlainText {
  template <typename T>
  std::string operator()(const T& value) const {
    return TextOf(value);
  }
};

template <typename T, typename Text = PlainText>
void AddConst(absl::string_view type, T wanted, Checks& checks, const Text& text = {}) {
  checks.push_back({absl::StrCat(type, ".const"), absl::StrCat("must be ", text(wanted)),
                    [wanted](const Value& value) { return As<T>(value) == wanted; }});
}

// Whether a value has to be among `list`, or must not be.
enum class Among : bool { kNo, kYes };

template <typename T, typename Text = PlainText>
void AddList(absl::string_view type, Among among, std::vector<T> list, Checks& checks,
             const Text& text = {}) {
  if (list.empty()) return;
  bool wanted = among == Among::kYes;
  std::string all = absl::StrJoin(
      list, ", ", [&](std::string* out, const auto& value) { absl::StrAppend(out, text(value)); });
  checks.push_back({absl::StrCat(type, wanted ? ".in" : ".not_in"),
                    absl::StrCat("must be ", wanted ? "one" : "none", " of ", all),
                    [wanted, list = std::move(list)](const Value& value) {
                      auto found = std::find(list.begin(), list.end(), As<T>(value));
                      return (found != list.end()) == wanted;
                    }});
}

// Those of a message of rules, which all have the same names. `read` makes a T of what they hold.
template <typename T, typename Rules, typename Read>
void AddComparisons(absl::string_view type, const Rules& rules, const Read& read, Checks& checks) {
  std::optional<Bound<T>> low, high;
  if (rules.has_gt()) low = {read(rules.gt()), true};
  if (rules.has_gte()) low = {read(rules.gte()), false};
  if (rules.has_lt()) high = {read(rules.lt()), true};
  if (rules.has_lte()) high = {read(rules.lte()), false};
  if (rules.has_const_()) AddConst<T>(type, read(rules.const_()), checks);
  AddBounds<T>(type, low, high, checks);
  // Timestamps have no lists.
  if constexpr (requires { rules.in(); }) {
    std::vector<T> in, not_in;
    for (const auto& value : rules.in()) in.push_back(read(value));
    for (const auto& value : rules.not_in()) not_in.push_back(read(value));
    AddList<T>(type, Among::kYes, std::move(in), checks);
    AddList<T>(type, Among::kNo, std::move(not_in), checks);
  }
}

}  // namespace triad::validation
