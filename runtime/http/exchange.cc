#include "runtime/http/exchange.h"

#include <optional>

namespace triad::http {

void Exchange::DropFields() {
  Headers kept;
  if (auto origin = head_.headers.Find("origin")) kept.Add("origin", std::string(*origin));
  head_.headers = std::move(kept);
  std::string().swap(head_.target);
}

}  // namespace triad::http
