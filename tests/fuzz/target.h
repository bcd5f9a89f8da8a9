// Fuzz targets: what is given any bytes, and holds whatever they are.
//
// A target lives in a file of its own, targets/NAME.cc, which registers it:
//
//   const Registration kTarget("path_template", [](absl::string_view input) { … });
//
// It ends the process, by Require, if the code under test breaks a promise. Two
// programs run it: libFuzzer, on inputs that it makes up (libfuzzer.cc), and a test,
// on those in corpus/NAME (corpus_test.cc), where every input that once broke
// something stays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace triad::fuzz {

using Target = void (*)(absl::string_view input);

// What this program is linked with, by name.
std::map<std::string, Target>& Targets();

struct Registration {
  Registration(const char* name, Target target) { Targets()[name] = target; }
};

// Ends the process with `promise`, and with what was seen instead, unless it holds.
void Require(bool holds, absl::string_view promise, absl::string_view seen = "");

// Require that two values are equal. Shows both.
void RequireEqual(absl::string_view one, absl::string_view other, absl::string_view promise);

// Reads an input from its front, as the parts that a target needs. What is asked for
// beyond its end is empty, or 0.
class Input {
 public:
  explicit Input(absl::string_view bytes) : rest_(bytes) {}

  std::uint8_t TakeByte();
  // Up to the next line feed, which is taken, too, and is not in the result.
  absl::string_view TakeLine();
  // As many bytes as the next byte says.
  absl::string_view TakeCounted();
  absl::string_view rest() const { return rest_; }

 private:
  absl::string_view rest_;
};

// Cuts bytes into pieces as a network might. The same `seed` cuts alike; 0 gives
// single bytes.
class Cuts {
 public:
  explicit Cuts(std::uint8_t seed) : state_(seed) {}
  // Size of the next piece, at least 1.
  std::size_t Next();

 private:
  std::uint32_t state_;
};

// Everything but letters and digits as "%XX".
std::string PercentEncoded(absl::string_view text);

}  // namespace triad::fuzz
