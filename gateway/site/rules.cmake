# cmake -DRULES=rules.json -DTABLES=rules.cc -DNGINX=directory -P rules.cmake
# The gateway's tables, and the same for nginx: headers.conf (security headers and Cache-Control),
# cache.conf (the map that Cache-Control is taken from) and types.conf.
cmake_policy(VERSION 3.25)
file(READ ${RULES} rules)

# read_rules(SECTION KEY): the lists `keys` and `values`. Values may hold semicolons, which would
# part them: these are kept as "|".
macro(read_rules section key)
  set(keys "")
  set(values "")
  string(JSON count LENGTH "${rules}" ${section})
  math(EXPR last "${count} - 1")
  foreach(index RANGE ${last})
    string(JSON one GET "${rules}" ${section} ${index} ${key})
    string(JSON other GET "${rules}" ${section} ${index} ${ARGN})
    if("${one}${other}" MATCHES "[\\|\"$\\\\]")
      message(FATAL_ERROR "${RULES}: '${one}: ${other}' holds one of | \" $ \\, which nginx or this script would misread")
    endif()
    string(REPLACE ";" "|" other "${other}")
    list(APPEND keys "${one}")
    list(APPEND values "${other}")
  endforeach()
endmacro()

# A table of C++, each key with `before` in front.
function(write_table name before)
  set(rows "")
  foreach(key value IN ZIP_LISTS keys values)
    string(REPLACE "|" ";" value "${value}")
    string(APPEND rows "      {\"${before}${key}\", \"${value}\"},\n")
  endforeach()
  file(APPEND ${TABLES} "
SiteRules ${name}() {
  static constexpr std::pair<absl::string_view, absl::string_view> kRows[] = {
${rows}  };
  return kRows;
}
")
endfunction()

# Lines of nginx: `before` KEY `between` VALUE `after`, the value quoted.
function(nginx_lines result before between after)
  set(lines "")
  foreach(key value IN ZIP_LISTS keys values)
    string(REPLACE "|" ";" value "${value}")
    string(APPEND lines "${before}${key}${between}\"${value}\"${after}\n")
  endforeach()
  set(${result} "${lines}" PARENT_SCOPE)
endfunction()

set(made "# Made from gateway/site/rules.json.\n")
file(WRITE ${TABLES} "#include \"gateway/site/rules.h\"

namespace triad::gateway {
")

read_rules(headers name value)
write_table(SecurityHeaders "")
nginx_lines(lines "add_header " " " " always;")
file(WRITE ${NGINX}/headers.conf "${made}${lines}add_header Cache-Control $triad_cache_control;\n")

read_rules(cache prefix value)
write_table(CacheRules "")
nginx_lines(lines "  ~^" " " ";")
file(WRITE ${NGINX}/cache.conf "${made}map $uri $triad_cache_control {\n${lines}}\n")

read_rules(types ending type)
write_table(ContentTypes ".")
set(lines "")
foreach(key value IN ZIP_LISTS keys values)
  string(REPLACE "|" ";" value "${value}")
  string(APPEND lines "  \"${value}\" ${key};\n")
endforeach()
file(WRITE ${NGINX}/types.conf "${made}types {\n${lines}}\ndefault_type application/octet-stream;\n")

file(APPEND ${TABLES} "\n}  // namespace triad::gateway\n")
