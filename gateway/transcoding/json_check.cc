#include "gateway/transcoding/json_check.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::gateway {
namespace {

constexpr int kMaxDepth = 100;

// Follows the parser; the first function that returns false ends it.
class Checker : public nlohmann::json_sax<nlohmann::json> {
 public:
  const absl::Status& status() const { return status_; }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return Enter(); }
  bool start_array(std::size_t) override { return Enter(); }
  bool end_object() override { return Leave(); }
  bool end_array() override { return Leave(); }

  bool key(string_t& name) override {
    if (keys_[depth_ - 1].insert(name).second) return true;
    status_ = InvalidField(name, "is given twice");
    return false;
  }

  bool parse_error(std::size_t at, const std::string&,
                   const nlohmann::detail::exception&) override {
    status_ = absl::InvalidArgumentError(absl::StrCat("body: not valid JSON at byte ", at));
    return false;
  }

 private:
  bool Enter() {
    if (depth_ == kMaxDepth) {
      status_ = absl::InvalidArgumentError(
          absl::StrCat("body: JSON is nested deeper than ", kMaxDepth, " levels"));
      return false;
    }
    if (static_cast<int>(keys_.size()) == depth_) keys_.emplace_back();
    keys_[depth_++].clear();
    return true;
  }

  bool Leave() {
    --depth_;
    return true;
  }

  int depth_ = 0;
  std::vector<absl::flat_hash_set<std::string>> keys_;  // by depth
  absl::Status status_;
};

}  // namespace

absl::Status CheckJson(absl::string_view json) {
  Checker checker;
  bool whole = nlohmann::json::sax_parse(json.begin(), json.end(), &checker);
  if (!whole && checker.status().ok()) return absl::InternalError("the JSON parser gave no reason");
  return checker.status();
}

}  // namespace triad::gateway
