#include "gateway/transcoding/parse/any.h"

#include <algorithm>

#include "gateway/transcoding/parse/json_keys.h"
#include "gateway/transcoding/parse/messages.h"
#include "gateway/transcoding/parse/scalars.h"
#include "gateway/transcoding/parse/skip.h"

namespace triad::gateway {
namespace {

using google::protobuf::Descriptor;
using messages::MessageTable;
using messages::WellKnown;

constexpr int kTypeUrlNumber = 1;
constexpr int kValueNumber = 2;

// Moves to the value of the "@type" of the object whose brace comes next, if that is its first
// key.
bool MoveToFirstType(ParseContext& context) {
  context.in.Take('{');
  StringToken key;
  return context.in.Peek() == '"' && TakeString(context, key) && !key.has_escapes &&
         key.raw == kTypeKey && context.in.Take(':') && context.in.Peek() != '\0';
}

// Fills types_ahead with what stands from the next value to its end.
bool LookAhead(ParseContext& context) {
  int depth = context.depth;
  std::size_t values = context.values;
  context.types_ahead.clear();
  if (!SkipValue(context, NoteTypes::kYes)) return false;
  context.looked_until = context.in.offset();
  context.depth = depth;
  context.values = values;
  return true;
}

// Where the value of the "@type" of the object at `brace` stands, or TypePlace::kNone.
bool FindType(ParseContext& context, const char* brace, std::uint32_t& place) {
  bool is_first = MoveToFirstType(context);
  place = context.in.offset();
  context.in.MoveTo(brace);
  if (is_first) return true;
  if (context.in.offset() >= context.looked_until && !LookAhead(context)) return false;
  context.in.MoveTo(brace);
  auto found = std::lower_bound(
      context.types_ahead.begin(), context.types_ahead.end(), context.in.offset(),
      [](const TypePlace& one, std::uint32_t offset) { return one.object < offset; });
  bool is_there = found != context.types_ahead.end() && found->object == context.in.offset();
  place = is_there ? found->type : TypePlace::kNone;
  return true;
}

// The type that the URL at the next token names. Writes the URL.
const Descriptor* TakeType(ParseContext& context) {
  const char* at = context.in.at();
  StringToken token;
  if (context.in.Peek() != '"') {
    context.Fail("must be a string");
    return nullptr;
  }
  if (!TakeString(context, token)) return nullptr;
  std::string url(TextOf(token, context.scratch));
  std::size_t slash = url.rfind('/');
  const Descriptor* type = slash == std::string::npos || slash == 0
                               ? nullptr
                               : context.pool.FindMessageTypeByName(url.substr(slash + 1));
  if (type == nullptr) {
    context.FailAt(at, "must be the URL of a message type that is known here");
    return nullptr;
  }
  context.out.BytesTag(kTypeUrlNumber);
  context.out.Bytes(url);
  return type;
}

// The object of a type that stands in "value".
bool ParseBoxed(ParseContext& context, const MessageTable& type) {
  bool has_value = false;
  const char* brace = context.in.at();
  JsonKeys keys;
  bool good = EachMember(context, [&](const StringToken& key) {
    if (!keys.Insert(context, key)) return false;
    absl::string_view name = TextOf(key, context.scratch);
    if (name == kTypeKey) return SkipValue(context);
    if (name != kValueKey) return IgnoreMember(context, key);
    has_value = true;
    if (ParseMessage(context, type)) return true;
    context.problem.AddField(kValueKey);
    return false;
  });
  if (!good || has_value) return good;
  context.FailAt(brace, "is missing");
  context.problem.AddField(kValueKey);
  return false;
}

}  // namespace

bool ParseAny(ParseContext& context, const MessageTable&) {
  if (context.in.Peek() != '{') return context.Fail("must be an object");
  const char* brace = context.in.at();
  std::uint32_t place;
  if (!FindType(context, brace, place)) return false;
  if (place == TypePlace::kNone) {
    // Only an Any that holds nothing has no type.
    if (EachMember(context, [](const StringToken&) { return false; })) return true;
    context.FailAt(brace, "is missing");
    context.problem.AddField(kTypeKey);
    return false;
  }
  context.in.MoveTo(context.in.AtOffset(place));
  const Descriptor* type = TakeType(context);
  if (type == nullptr) {
    context.problem.AddField(kTypeKey);
    return false;
  }
  context.in.MoveTo(brace);
  context.out.BytesTag(kValueNumber);
  WireWriter::Length length = context.out.Open();
  const MessageTable& table = context.tables.Of(*type);
  bool is_plain = table.well_known() == WellKnown::kNone ||
                  table.well_known() == WellKnown::kEmpty ||
                  table.well_known() == WellKnown::kHttpBody;
  if (!(is_plain ? ParseObject(context, table, InAny::kYes) : ParseBoxed(context, table))) {
    return false;
  }
  context.out.Close(length);
  return true;
}

}  // namespace triad::gateway
