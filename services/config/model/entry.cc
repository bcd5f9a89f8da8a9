#include "services/config/model/entry.h"

#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::config {
namespace {

struct TextOf {
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(std::int64_t number) const { return absl::StrCat(number); }
  std::string operator()(double number) const {
    char buffer[32];
    return std::string(buffer, std::to_chars(buffer, buffer + sizeof(buffer), number).ptr);
  }
  std::string operator()(bool truth) const { return truth ? "true" : "false"; }
  std::string operator()(const Json& json) const { return json.text; }
};

template <typename T>
std::optional<Value> ParseNumber(absl::string_view text) {
  T number{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<Value> TryParse(ValueKind kind, std::string text) {
  switch (kind) {
    case ValueKind::kString:
      return Value(std::move(text));
    case ValueKind::kInt:
      return ParseNumber<std::int64_t>(text);
    case ValueKind::kDouble:
      return ParseNumber<double>(text);
    case ValueKind::kBool:
      if (text == "true") return true;
      if (text == "false") return false;
      return std::nullopt;
    case ValueKind::kJson:
      return Json{std::move(text)};
  }
  return std::nullopt;
}

}  // namespace

ValueKind KindOf(const Value& value) {
  return static_cast<ValueKind>(static_cast<std::int64_t>(value.index()) + 1);
}

std::string FormatValue(const Value& value) { return std::visit(TextOf(), value); }

absl::StatusOr<Value> ParseValue(ValueKind kind, std::string text) {
  std::optional<Value> value = TryParse(kind, std::move(text));
  if (!value) {
    return absl::DataLossError(
        absl::StrCat("a stored value is not of its kind ", static_cast<std::int64_t>(kind)));
  }
  return *std::move(value);
}

absl::StatusOr<Entry> Show(StoredEntry stored, Epoch epoch) {
  Entry entry;
  entry.name = std::move(stored.name);
  if (stored.secret) {
    entry.value = std::string(kMask);
  } else if (!stored.deleted && !stored.destroyed) {
    TRIAD_ASSIGN_OR_RETURN(entry.value, ParseValue(stored.kind, std::move(stored.value)));
  }
  entry.deleted = stored.deleted;
  entry.secret = stored.secret;
  entry.version = stored.version;
  entry.revision = stored.revision;
  entry.create_time = stored.create_time;
  entry.update_time = stored.update_time;
  entry.etag = FormatEtag(epoch, stored.revision);
  entry.description = std::move(stored.description);
  entry.labels = std::move(stored.labels);
  entry.expire_time = stored.expire_time;
  entry.destroyed = stored.destroyed;
  return entry;
}

bool SameContent(const StoredEntry& a, const StoredEntry& b) {
  if (a.secret != b.secret || a.destroyed != b.destroyed) return false;
  if (a.description != b.description || a.labels != b.labels) return false;
  if (a.secret) return a.content_id == b.content_id;
  return a.kind == b.kind && a.value == b.value;
}

}  // namespace triad::config
