#include "services/storage/blobs/s3/credentials/environment.h"

#include <cstdlib>

namespace triad::storage::s3 {

std::string ProcessEnvironment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? "" : value;
}

std::string RegionOf(const Environment& environment) {
  for (const char* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    std::string region = environment(name);
    if (!region.empty()) return region;
  }
  return "us-east-1";
}

}  // namespace triad::storage::s3
