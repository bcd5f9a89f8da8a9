#include "services/storage/http/fetch_destination.h"

#include <algorithm>
#include <iterator>

namespace triad::storage {
namespace {

constexpr absl::string_view kActing[] = {"audioworklet", "paintworklet", "script", "serviceworker",
                                         "sharedworker", "style",        "worker", "xslt"};

}  // namespace

bool ActsOnThePage(absl::string_view destination) {
  return std::find(std::begin(kActing), std::end(kActing), destination) != std::end(kActing);
}

}  // namespace triad::storage
