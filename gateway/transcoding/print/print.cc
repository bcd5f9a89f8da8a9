#include "gateway/transcoding/print/print.h"

#include <utility>

#include "gateway/transcoding/print/context.h"
#include "gateway/transcoding/print/field_places.h"
#include "gateway/transcoding/print/lists.h"
#include "gateway/transcoding/print/messages.h"
#include "gateway/transcoding/print/well_known.h"
#include "gateway/transcoding/text/pretty_text.h"
#include "gateway/transcoding/text/utf8_text.h"
#include "runtime/base/status.h"

namespace triad::gateway {
namespace {

using google::protobuf::DescriptorPool;
using messages::Cardinality;
using messages::FieldEntry;
using messages::MessageTable;
using messages::MessageTables;

absl::StatusOr<std::string> TextOf(const ByteChain& chain, ConversionMemory& memory) {
  if (chain.is_refused() || !memory.Take(chain.size())) return NoMemoryToConvert();
  std::string text;
  text.reserve(chain.size());
  for (absl::string_view piece : chain.Pieces()) text.append(piece.data(), piece.size());
  return text;
}

absl::StatusOr<std::string> LaidOut(std::string text, const JsonStyle& style,
                                    ConversionMemory& memory) {
  constexpr std::size_t kMaxGrowth = 8;
  if (!style.is_pretty) return text;
  std::size_t size = PrettySize(text);
  if (size / kMaxGrowth > text.size()) return text;
  if (!memory.Take(size)) return NoMemoryToConvert();
  return PrettyText(text, size);
}

absl::Status ErrorOf(const PrintContext& context, const MessageTable& type) {
  std::string path;
  for (auto part = context.path.rbegin(); part != context.path.rend(); ++part) {
    absl::StrAppend(&path, path.empty() || part->front() == '[' ? "" : ".", *part);
  }
  absl::StrAppend(&path, path.empty() ? "it" : "");
  return absl::InternalError(absl::StrCat("cannot write ", type.descriptor().full_name(),
                                          " as JSON: ", path, " ", context.problem));
}

// Writes by `print`: in one pass if that can be, else with a look at each message first. Strings
// end at quotation marks, so that if the whole is UTF-8, each of them is.
template <typename Print>
absl::StatusOr<std::string> PrintWhole(const DescriptorPool& pool, const MessageTables& tables,
                                       const JsonStyle& style, const MessageTable& type,
                                       absl::string_view wire, ConversionMemory& memory,
                                       const Print& print) {
  if (wire.size() > kMaxMessageBytes) {
    return absl::InternalError(absl::StrCat("what was sent is larger than 2 GiB"));
  }
  {
    PrintContext context(pool, tables, style, wire, memory, Reading::kInOrder);
    bool good = print(context);
    if (good) {
      TRIAD_ASSIGN_OR_RETURN(std::string text, TextOf(context.out, memory));
      if (Utf8Length(text) == text.size()) return LaidOut(std::move(text), style, memory);
    } else if (!context.is_out_of_order) {
      return ErrorOf(context, type);
    }
  }
  PrintContext context(pool, tables, style, wire, memory, Reading::kAnyOrder);
  if (!print(context)) return ErrorOf(context, type);
  TRIAD_ASSIGN_OR_RETURN(std::string text, TextOf(context.out, memory));
  return LaidOut(std::move(text), style, memory);
}

// What a field is that is not there: an object shows its own defaults.
bool PrintAbsent(PrintContext& context, const FieldEntry& field) {
  if (field.message != nullptr && WellKnownPrinter(field.message->well_known()) == nullptr) {
    return PrintMessage(context, *field.message, {});
  }
  if (field.presence == messages::Presence::kImplicit) return PrintDefault(context, field);
  context.out.Append(absl::string_view("null"));
  return true;
}

// Replaces `pieces`, of a message of `type`, by those of its field, a message.
bool Enter(PrintContext& context, const MessageTable& type, const FieldEntry& field,
           PieceList& pieces) {
  FieldPlaces places(type);
  if (!places.Find(context, pieces)) return false;
  pieces.clear();
  Occurrences occurrences(field, context.wire, places.Of(field));
  Occurrence place;
  while (occurrences.Next(place)) {
    absl::string_view piece;
    place.in->Message(place.type, field.number, piece);
    pieces.push_back(piece);
  }
  return true;
}

// The value of one field of the message of `type` that `whole` is.
bool PrintField(PrintContext& context, const MessageTable& type, const FieldEntry& field,
                const Pieces& whole) {
  FieldPlaces places(type);
  if (!places.Find(context, whole)) return false;
  absl::Span<std::uint32_t> tags = places.Of(field);
  Occurrences occurrences(field, context.wire, tags);
  bool is_written;
  if (field.cardinality != Cardinality::kSingular) {
    return PrintElements(context, field, occurrences, "", true, is_written);
  }
  if (tags.empty()) return PrintAbsent(context, field);
  PieceList pieces;
  if (field.message != nullptr) pieces.reserve(tags.size());
  Occurrence place;
  while (occurrences.Next(place)) {
    if (field.message == nullptr) return PrintValue(context, field, place);
    absl::string_view piece;
    place.in->Message(place.type, field.number, piece);
    pieces.push_back(piece);
  }
  return PrintMessage(context, *field.message, pieces);
}

}  // namespace

absl::StatusOr<std::string> PrintJsonMessage(const DescriptorPool& pool,
                                             const MessageTables& tables, const JsonStyle& style,
                                             const MessageTable& type, absl::string_view wire,
                                             ConversionMemory& memory) {
  return PrintWhole(pool, tables, style, type, wire, memory, [&](PrintContext& context) {
    return PrintMessage(context, type, Pieces(&wire, 1));
  });
}

absl::StatusOr<std::string> PrintJsonField(const DescriptorPool& pool, const MessageTables& tables,
                                           const JsonStyle& style, const MessageTable& type,
                                           const messages::EntryPath& path, absl::string_view wire,
                                           ConversionMemory& memory) {
  return PrintWhole(pool, tables, style, type, wire, memory, [&](PrintContext& context) {
    PieceList pieces = {wire};
    const MessageTable* outer = &type;
    for (std::size_t i = 0; i + 1 < path.size(); ++i) {
      if (!Enter(context, *outer, *path[i], pieces)) return false;
      outer = path[i]->message;
    }
    return PrintField(context, *outer, *path.back(), pieces);
  });
}

}  // namespace triad::gateway
