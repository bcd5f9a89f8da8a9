// Character sets, by ICU's own tables: no iconv, no locale.
#pragma once

#include <unicode/ucnv.h>

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace triad::transform {

struct CloseConverter {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, CloseConverter>;

// By any name that ICU knows ("utf-16le", "shift_jis"). BadArgument naming "charset" for another.
absl::StatusOr<Converter> OpenCharset(absl::string_view name);

}  // namespace triad::transform
