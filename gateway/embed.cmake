# Writes the bytes of INPUT into OUTPUT as the definition of SYMBOL, an
# absl::string_view declared by HEADER.
file(READ ${INPUT} hex HEX)
string(LENGTH "${hex}" digits)
math(EXPR size "${digits} / 2")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
string(REGEX REPLACE "(................................................................................)" "\\1\n" bytes "${bytes}")
file(WRITE ${OUTPUT}
"#include \"${HEADER}\"

namespace triad::gateway {
namespace {

const unsigned char kBytes[] = {
${bytes}
};

}  // namespace

absl::string_view ${SYMBOL}() { return {reinterpret_cast<const char*>(kBytes), ${size}}; }

}  // namespace triad::gateway
")
