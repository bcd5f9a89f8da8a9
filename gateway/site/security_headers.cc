#include "gateway/site/security_headers.h"

namespace triad::gateway {

absl::Span<const std::pair<absl::string_view, absl::string_view>> SecurityHeaders() {
  static constexpr std::pair<absl::string_view, absl::string_view> kHeaders[] = {
      {"Content-Security-Policy",
       "default-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; "
       "form-action 'self'; frame-ancestors 'none'"},
      {"X-Content-Type-Options", "nosniff"},
      // Not no-referrer: browsers would then send `Origin: null` with the page's
      // own POSTs, which the gateway refuses.
      {"Referrer-Policy", "same-origin"},
      {"Permissions-Policy",
       "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
  };
  return kHeaders;
}

}  // namespace triad::gateway
