#include "services/config/entries/entry_mapping.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "runtime/base/resources/labels.h"
#include "runtime/base/status.h"
#include "runtime/rpc/field_mask.h"
#include "runtime/rpc/timestamps.h"
#include "services/config/model/entry_name.h"

namespace triad::config {
namespace {

// Where HTTP has a better status than that of the code.
constexpr std::pair<absl::StatusCode, int> kHttpStatuses[] = {
    {absl::StatusCode::kFailedPrecondition, 412},
    {absl::StatusCode::kResourceExhausted, 507},
};

absl::StatusOr<Value> Checked(const std::string& field, Value value, const ValueLimits& limits) {
  TRIAD_RETURN_IF_ERROR(CheckValue(field, value, limits));
  return value;
}

struct ValueSetter {
  void operator()(std::string& text) { value->set_string_value(std::move(text)); }
  void operator()(std::int64_t number) { value->set_int_value(number); }
  void operator()(double number) { value->set_double_value(number); }
  void operator()(bool truth) { value->set_bool_value(truth); }
  void operator()(Json& json) { value->set_json_value(std::move(json.text)); }

  v1::Value* value;
};

// Larger values are left out of answers that are not about them.
constexpr std::size_t kMaxShownBytes = 4096;
// Of generated secrets.
constexpr std::int64_t kGeneratedLength = 32;
constexpr std::int64_t kMinGenerated = 8;
constexpr std::int64_t kMaxGenerated = 1024;
constexpr absl::string_view kLettersAndDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

constexpr absl::Duration kMinTtl = absl::Seconds(1);
constexpr absl::Duration kMaxTtl = absl::Hours(24 * 3653);

absl::Status TakeDescription(const std::string& field, const v1::Entry& entry, EntryWrite& write) {
  TRIAD_RETURN_IF_ERROR(CheckDescription(absl::StrCat(field, ".description"), entry.description()));
  write.description = entry.description();
  return absl::OkStatus();
}

absl::Status TakeLabels(const std::string& field, const v1::Entry& entry, EntryWrite& write) {
  Labels labels(entry.labels().begin(), entry.labels().end());
  TRIAD_RETURN_IF_ERROR(CheckLabels(absl::StrCat(field, ".labels"), labels));
  write.labels = FormatLabels(labels);
  return absl::OkStatus();
}

// An entry without either is to have no end.
absl::Status TakeExpiration(const std::string& field, const v1::Entry& entry, EntryWrite& write) {
  Expiration expiration;
  if (entry.has_ttl()) {
    absl::Duration ttl =
        absl::Seconds(entry.ttl().seconds()) + absl::Nanoseconds(entry.ttl().nanos());
    if (ttl < kMinTtl || ttl > kMaxTtl) {
      return InvalidField(absl::StrCat(field, ".ttl"), "must be 1 second to 10 years");
    }
    expiration.ttl = ttl;
  }
  if (entry.has_expire_time()) {
    TRIAD_ASSIGN_OR_RETURN(expiration.time, rpc::TimeFromProto(absl::StrCat(field, ".expire_time"),
                                                               entry.expire_time()));
  }
  write.expiration = expiration;
  return absl::OkStatus();
}

bool IsAlphabet(const std::string& text) {
  std::set<char> different(text.begin(), text.end());
  return different.size() == text.size() && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isprint(c) && c != ' ';
         });
}

absl::Status TakeGenerator(const std::string& field, const v1::Entry& entry, EntryWrite& write) {
  const v1::SecretGenerator& generator = entry.generate();
  if (entry.has_value()) return InvalidField(field, "must not be set beside value");
  std::int64_t length = generator.length() == 0 ? kGeneratedLength : generator.length();
  if (length < kMinGenerated || length > kMaxGenerated) {
    return InvalidField(absl::StrCat(field, ".length"),
                        absl::StrCat("must be ", kMinGenerated, " to ", kMaxGenerated));
  }
  std::string alphabet =
      generator.alphabet().empty() ? std::string(kLettersAndDigits) : generator.alphabet();
  if (alphabet.size() < 2 || !IsAlphabet(alphabet)) {
    return InvalidField(absl::StrCat(field, ".alphabet"),
                        "must be at least two different characters of printable ASCII, no space");
  }
  write.generated = GeneratedSecret{length, std::move(alphabet)};
  return absl::OkStatus();
}

absl::Status TakeValue(const std::string& field, const v1::Entry& entry, const ValueLimits& limits,
                       EntryWrite& write) {
  if (entry.has_generate()) return TakeGenerator(absl::StrCat(field, ".generate"), entry, write);
  TRIAD_ASSIGN_OR_RETURN(write.value,
                         ValueFromProto(absl::StrCat(field, ".value"), entry.value(), limits));
  return absl::OkStatus();
}

absl::Status TakeSecret(const v1::Entry& entry, EntryWrite& write) {
  write.secret = entry.secret();
  return absl::OkStatus();
}

// What an update can change.
struct Updatable {
  absl::string_view path;
  bool (*is_set)(const v1::Entry& entry);
  absl::Status (*take)(const v1::Entry& entry, const ValueLimits& limits, EntryWrite& write);
};

constexpr char kEntry[] = "entry";

constexpr Updatable kUpdatables[] = {
    {"value", [](const v1::Entry& entry) { return entry.has_value() || entry.has_generate(); },
     [](const v1::Entry& entry, const ValueLimits& limits, EntryWrite& write) {
       return TakeValue(kEntry, entry, limits, write);
     }},
    {"secret", [](const v1::Entry& entry) { return entry.secret(); },
     [](const v1::Entry& entry, const ValueLimits&, EntryWrite& write) {
       return TakeSecret(entry, write);
     }},
    {"description", [](const v1::Entry& entry) { return !entry.description().empty(); },
     [](const v1::Entry& entry, const ValueLimits&, EntryWrite& write) {
       return TakeDescription(kEntry, entry, write);
     }},
    {"labels", [](const v1::Entry& entry) { return !entry.labels().empty(); },
     [](const v1::Entry& entry, const ValueLimits&, EntryWrite& write) {
       return TakeLabels(kEntry, entry, write);
     }},
    {"expire_time",
     [](const v1::Entry& entry) {
       return entry.expiration_case() != v1::Entry::EXPIRATION_NOT_SET;
     },
     [](const v1::Entry& entry, const ValueLimits&, EntryWrite& write) {
       return TakeExpiration(kEntry, entry, write);
     }},
};

// Fields that stand for another one.
struct Alias {
  absl::string_view path;
  absl::string_view of;
};
constexpr Alias kAliases[] = {{"ttl", "expire_time"}, {"generate", "value"}};

bool Changes(const google::protobuf::FieldMask& mask, const Updatable& field,
             const v1::Entry& entry) {
  if (rpc::MaskNames(mask, field.path, field.is_set(entry))) return true;
  return std::any_of(std::begin(kAliases), std::end(kAliases), [&](const Alias& alias) {
    return alias.of == field.path && rpc::MaskNames(mask, alias.path, /*is_set=*/false);
  });
}

std::vector<absl::string_view> CanChange() {
  std::vector<absl::string_view> paths;
  for (const Updatable& field : kUpdatables) paths.push_back(field.path);
  return paths;
}

}  // namespace

absl::StatusOr<Value> ValueFromProto(const std::string& field, const v1::Value& value,
                                     const ValueLimits& limits) {
  switch (value.kind_case()) {
    case v1::Value::kStringValue:
      return Checked(absl::StrCat(field, ".string_value"), value.string_value(), limits);
    case v1::Value::kIntValue:
      return Value(std::int64_t{value.int_value()});
    case v1::Value::kDoubleValue:
      return Checked(absl::StrCat(field, ".double_value"), value.double_value(), limits);
    case v1::Value::kBoolValue:
      return Value(value.bool_value());
    case v1::Value::kJsonValue:
      return Checked(absl::StrCat(field, ".json_value"), Json{value.json_value()}, limits);
    case v1::Value::KIND_NOT_SET:
      break;
  }
  return InvalidField(field,
                      "must have one of string_value, int_value, double_value, bool_value and "
                      "json_value set");
}

absl::StatusOr<EntryFilter> FilterFromProto(const std::string& parent, const std::string& prefix) {
  TRIAD_ASSIGN_OR_RETURN(std::string space, ParseParent("parent", parent));
  TRIAD_RETURN_IF_ERROR(CheckPrefix("prefix", prefix));
  return EntryFilter{std::move(space), prefix};
}

absl::StatusOr<EntryWrite> WriteFromProto(const std::string& field, const v1::Entry& entry,
                                          const ValueLimits& limits) {
  EntryWrite write;
  TRIAD_ASSIGN_OR_RETURN(write.name, ParseEntryName(absl::StrCat(field, ".name"), entry.name()));
  TRIAD_RETURN_IF_ERROR(TakeValue(field, entry, limits, write));
  TRIAD_RETURN_IF_ERROR(TakeDescription(field, entry, write));
  TRIAD_RETURN_IF_ERROR(TakeLabels(field, entry, write));
  if (entry.expiration_case() != v1::Entry::EXPIRATION_NOT_SET) {
    TRIAD_RETURN_IF_ERROR(TakeExpiration(field, entry, write));
  }
  write.secret = entry.secret();
  write.expects.etag = entry.etag();
  return write;
}

absl::StatusOr<EntryWrite> UpdateFromProto(const v1::UpdateEntryRequest& request,
                                           const ValueLimits& limits) {
  const v1::Entry& entry = request.entry();
  EntryWrite write;
  TRIAD_ASSIGN_OR_RETURN(write.name, ParseEntryName("entry.name", entry.name()));
  TRIAD_RETURN_IF_ERROR(
      rpc::CheckMask(request.update_mask(), *v1::Entry::descriptor(), CanChange()));
  for (const Updatable& field : kUpdatables) {
    if (!Changes(request.update_mask(), field, entry)) continue;
    TRIAD_RETURN_IF_ERROR(field.take(entry, limits, write));
  }
  write.expects.etag = entry.etag();
  write.must_exist = !request.allow_missing();
  return write;
}

void SetHttpStatusOf(rpc::Call& call, const absl::Status& status) {
  for (const auto& [code, http_status] : kHttpStatuses) {
    if (status.code() == code) call.SetHttpStatus(http_status);
  }
}

v1::Entry ToProto(Entry entry) {
  v1::Entry proto;
  proto.set_name(FormatEntryName(entry.name));
  if (entry.deleted) {
    *proto.mutable_delete_time() = rpc::TimeToProto(entry.update_time);
  } else if (!entry.destroyed) {
    std::visit(ValueSetter{proto.mutable_value()}, entry.value);
  }
  proto.set_secret(entry.secret);
  proto.set_version(entry.version);
  proto.set_revision(entry.revision.value);
  *proto.mutable_create_time() = rpc::TimeToProto(entry.create_time);
  *proto.mutable_update_time() = rpc::TimeToProto(entry.update_time);
  proto.set_etag(std::move(entry.etag));
  proto.set_description(std::move(entry.description));
  for (auto& [key, value] : ParseLabels(entry.labels)) (*proto.mutable_labels())[key] = value;
  if (entry.expire_time.has_value())
    *proto.mutable_expire_time() = rpc::TimeToProto(*entry.expire_time);
  proto.set_read_revision(std::max(entry.read_revision, entry.revision).value);
  proto.set_destroyed(entry.destroyed);
  return proto;
}

v1::Entry ToProto(EntryEvent event) {
  v1::Entry proto = ToProto(std::move(event.entry));
  if (event.left_out_bytes > 0) proto.clear_value();
  return proto;
}

v1::Entry ToProtoWithoutLargeValue(Entry entry) {
  bool large = FormatValue(entry.value).size() > kMaxShownBytes;
  v1::Entry proto = ToProto(std::move(entry));
  if (large) proto.clear_value();
  return proto;
}

}  // namespace triad::config
