#include "gateway/transcoding/parse/skip.h"

#include "gateway/transcoding/parse/any.h"
#include "gateway/transcoding/parse/json_keys.h"
#include "gateway/transcoding/text/number_text.h"

namespace triad::gateway {
namespace {

bool SkipObject(ParseContext& context, NoteTypes note_types) {
  std::size_t index = context.types_ahead.size();
  if (note_types == NoteTypes::kYes) context.types_ahead.push_back({context.in.offset()});
  JsonKeys keys;
  bool good = EachMember(context, [&](const StringToken& key) {
    if (!keys.Insert(context, key)) return false;
    bool is_type = note_types == NoteTypes::kYes && TextOf(key, context.scratch) == kTypeKey;
    if (is_type) {
      context.in.Peek();
      context.types_ahead[index].type = context.in.offset();
    }
    if (SkipValue(context, note_types)) return true;
    context.problem.AddField(TextOf(key, context.scratch));
    return false;
  });
  // Objects without a type are forgotten, unless one in them has its place behind them.
  bool is_noted = note_types == NoteTypes::kYes && index + 1 == context.types_ahead.size();
  if (is_noted && context.types_ahead.back().type == TypePlace::kNone) {
    context.types_ahead.pop_back();
  }
  return good;
}

bool SkipNumber(ParseContext& context) {
  std::optional<NumberText> number = ReadNumber(context.in.at(), context.in.end());
  if (!number) return context.NotJson();
  context.in.MoveTo(context.in.at() + number->text.size());
  return true;
}

}  // namespace

bool SkipValue(ParseContext& context, NoteTypes note_types) {
  switch (context.in.Peek()) {
    case '{':
      return SkipObject(context, note_types);
    case '[':
      return EachElement(context, IsLevel::kYes, [&] { return SkipValue(context, note_types); });
    case '"': {
      StringToken token;
      return TakeString(context, token);
    }
    case 't':
      return TakeLiteral(context, "true");
    case 'f':
      return TakeLiteral(context, "false");
    case 'n':
      return TakeLiteral(context, "null");
    default:
      return SkipNumber(context);
  }
}

}  // namespace triad::gateway
