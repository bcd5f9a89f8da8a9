// The places where a repeated field or a map has elements, one behind the other.
#pragma once

#include <cstdint>

#include "absl/types/span.h"
#include "gateway/transcoding/print/context.h"

namespace triad::gateway {

// Whether a value of `type` on the wire is one of `field`, or some of them packed.
inline bool Fits(const messages::FieldEntry& field, messages::WireType type) {
  messages::WireType element = messages::WireTypeOf(field.type);
  bool is_packable = field.cardinality == messages::Cardinality::kRepeated &&
                     field.type < messages::FieldType::kString;
  return type == element || (is_packable && type == messages::WireType::kBytes);
}

// Where an element stands: `in` is behind its tag.
struct Occurrence {
  WireReader* in;
  messages::WireType type;
};

// For one thread.
class Occurrences {
 public:
  // Those that follow each other in `in`, from the first, whose tag, of `type`, has been read.
  Occurrences(const messages::FieldEntry& field, WireReader& in, messages::WireType type)
      : field_(field), run_(&in), next_type_(type), has_next_(true) {}
  // Those at `tags`, as offsets in `wire`. What is there has been read before.
  Occurrences(const messages::FieldEntry& field, absl::string_view wire,
              absl::Span<std::uint32_t> tags)
      : field_(field), wire_(wire), tags_(tags) {}

  // False if there is none left. The caller reads the value before the next call.
  bool Next(Occurrence& occurrence) {
    if (run_ != nullptr) return NextOfRun(occurrence);
    while (next_ < tags_.size() && tags_[next_] == kDropped) ++next_;
    if (next_ == tags_.size()) return false;
    occurrence = At(next_++);
    return true;
  }

  // Of those at `tags`: the one of an index, until the next call, and to leave it out.
  absl::Span<const std::uint32_t> tags() const { return tags_; }
  Occurrence At(std::size_t index) {
    Occurrence occurrence = {&reader_, messages::WireType::kVarint};
    std::uint32_t number;
    reader_ = WireReader(wire_.substr(tags_[index]));
    reader_.Tag(number, occurrence.type);
    return occurrence;
  }
  void Drop(std::size_t index) { tags_[index] = kDropped; }

 private:
  static constexpr std::uint32_t kDropped = UINT32_MAX;

  bool NextOfRun(Occurrence& occurrence) {
    if (has_next_) {
      has_next_ = false;
      occurrence = {run_, next_type_};
      return true;
    }
    if (run_->AtEnd()) return false;
    const char* tag = run_->at();
    std::uint32_t number;
    if (run_->Tag(number, occurrence.type) && number == field_.number &&
        Fits(field_, occurrence.type)) {
      occurrence.in = run_;
      return true;
    }
    run_->MoveTo(tag);
    return false;
  }

  const messages::FieldEntry& field_;
  WireReader* run_ = nullptr;
  messages::WireType next_type_ = messages::WireType::kVarint;
  bool has_next_ = false;
  absl::string_view wire_;
  absl::Span<std::uint32_t> tags_;
  std::size_t next_ = 0;
  WireReader reader_;
};

}  // namespace triad::gateway
