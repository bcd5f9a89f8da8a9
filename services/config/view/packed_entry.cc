#include "services/config/view/packed_entry.h"

#include <cstring>
#include <new>
#include <utility>

#include "runtime/base/status.h"

namespace triad::config {
namespace {

// Of an allocation, beside what was asked for, rounded up; and its place in the tree, nodes
// of which are not full.
constexpr std::size_t kOverhead = 8 + 16 + 16;

}  // namespace

PackedEntry::PackedEntry(const Entry& entry, ValueKind kind, absl::string_view value,
                         std::size_t value_bytes) {
  Fixed fixed{};
  fixed.version = entry.version;
  fixed.revision = entry.revision.value;
  fixed.create_time = absl::ToUnixMicros(entry.create_time);
  fixed.update_time = absl::ToUnixMicros(entry.update_time);
  if (entry.expire_time.has_value()) fixed.expire_time = absl::ToUnixMicros(*entry.expire_time);
  fixed.key = static_cast<std::uint32_t>(entry.name.key.size());
  fixed.labels = static_cast<std::uint32_t>(entry.labels.size());
  fixed.description = static_cast<std::uint32_t>(entry.description.size());
  fixed.value = static_cast<std::uint32_t>(value_bytes);
  fixed.kind = kind;
  fixed.secret = entry.secret;
  fixed.destroyed = entry.destroyed;
  fixed.has_value = value.size() == value_bytes;
  std::size_t length = sizeof(Fixed) + entry.name.key.size() + entry.labels.size() +
                       entry.description.size() + value.size();
  block_ = std::make_unique_for_overwrite<std::byte[]>(length);
  new (block_.get()) Fixed(fixed);
  std::byte* end = block_.get() + sizeof(Fixed);
  for (absl::string_view text : {absl::string_view(entry.name.key), absl::string_view(entry.labels),
                                 absl::string_view(entry.description), value}) {
    std::memcpy(end, text.data(), text.size());
    end += text.size();
  }
}

std::size_t PackedEntry::bytes() const {
  const Fixed& fixed = Header();
  return sizeof(Fixed) + fixed.key + fixed.labels + fixed.description +
         (fixed.has_value ? fixed.value : 0) + kOverhead;
}

absl::StatusOr<Entry> PackedEntry::Unpack(const std::string& space, Epoch epoch,
                                          bool with_value) const {
  const Fixed& fixed = Header();
  Entry entry;
  entry.name = {space, std::string(key())};
  entry.labels = std::string(labels());
  const char* description = Text() + fixed.key + fixed.labels;
  entry.description = std::string(description, fixed.description);
  if (fixed.secret) {
    entry.value = std::string(kMask);
  } else if (with_value && fixed.has_value && !fixed.destroyed) {
    std::string value(description + fixed.description, fixed.value);
    TRIAD_ASSIGN_OR_RETURN(entry.value, ParseValue(fixed.kind, std::move(value)));
  }
  entry.secret = fixed.secret;
  entry.destroyed = fixed.destroyed;
  entry.version = fixed.version;
  entry.revision = Revision{fixed.revision};
  entry.create_time = absl::FromUnixMicros(fixed.create_time);
  entry.update_time = absl::FromUnixMicros(fixed.update_time);
  if (fixed.expire_time != 0) entry.expire_time = absl::FromUnixMicros(fixed.expire_time);
  entry.etag = FormatEtag(epoch, entry.revision);
  return entry;
}

}  // namespace triad::config
