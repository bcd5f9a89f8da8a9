// --validation, the same in every process that answers calls.
#pragma once

#include <string>

namespace triad {
class OptionParser;
}

namespace triad::validation {

enum class Mode {
  kOff,       // nothing has rules
  kStandard,  // what is no standard rule is left out
  kStrict,    // what is no standard rule is an error
};

// Make it before the options are parsed, and ask it afterwards.
class ModeOption {
 public:
  // `parser` fills this, which must outlive it.
  void AddTo(OptionParser& parser);

  Mode mode() const;

 private:
  std::string text_ = "standard";
};

}  // namespace triad::validation
