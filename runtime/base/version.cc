#include "runtime/base/version.h"

namespace triad {

const BuildInfo& GetBuildInfo() {
  static const BuildInfo info{TRIAD_VERSION, TRIAD_COMMIT, TRIAD_COMPILER};
  return info;
}

}  // namespace triad
