// libFuzzer's entry into the one target that the program is linked with.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const triad::fuzz::Target target = triad::fuzz::Targets().begin()->second;
  target({reinterpret_cast<const char*>(data), size});
  return 0;
}
