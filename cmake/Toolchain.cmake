# Compiler, linker and sanitizer settings for our own code. Third-party headers
# come in as SYSTEM, so -Werror is about us alone.
find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
endif()

find_program(MOLD mold)
find_program(LLD ld.lld)
if(MOLD)
  add_link_options(-fuse-ld=mold)
elseif(LLD)
  add_link_options(-fuse-ld=lld)
endif()

add_library(triad_warnings INTERFACE)
target_compile_options(triad_warnings INTERFACE -Wall -Wextra -Werror)
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  target_compile_options(triad_warnings INTERFACE -Wthread-safety)
endif()

if(TRIAD_SANITIZER STREQUAL "address")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
  # GCC's guess at what is uninitialized goes wrong in instrumented <regex>.
  target_compile_options(triad_warnings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
elseif(TRIAD_SANITIZER STREQUAL "thread")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  # GCC cannot follow a fence under the thread sanitizer and says so (-Wtsan).
  add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
  add_link_options(-fsanitize=thread)
elseif(TRIAD_SANITIZER STREQUAL "fuzzer")
  # Debian's libraries are of GCC: it emits no types of theirs that "vptr" could compare.
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize=vptr
                      -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined -fno-sanitize=vptr)
elseif(TRIAD_SANITIZER)
  message(FATAL_ERROR "TRIAD_SANITIZER is '${TRIAD_SANITIZER}': expected 'address', 'thread', 'fuzzer' or nothing")
endif()
