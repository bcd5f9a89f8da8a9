#include "runtime/validation/mode.h"

#include "runtime/base/options/options.h"

namespace triad::validation {

void ModeOption::AddTo(OptionParser& parser) {
  parser.AddChoice(
      "validation", &text_,
      "of requests, by the rules of protovalidate in their protos: off, standard (rules "
      "in CEL are left out, with a warning) or strict (they are refused at start)",
      {"off", "standard", "strict"});
}

Mode ModeOption::mode() const {
  if (text_ == "off") return Mode::kOff;
  return text_ == "strict" ? Mode::kStrict : Mode::kStandard;
}

}  // namespace triad::validation
