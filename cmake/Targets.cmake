include(CMakeParseArguments)

# triad_library(NAME SOURCES file... [DEPS target...] [PRIVATE_DEPS target...])
# A static library of ours. Sources are listed, never globbed.
function(triad_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;PRIVATE_DEPS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_DEPS} Threads::Threads PRIVATE ${ARG_PRIVATE_DEPS} triad_warnings)
endfunction()

# triad_service(NAME SOURCES main.cc... DEPS target...)
# A binary of the suite.
function(triad_service name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} triad_warnings)
  if(TRIAD_STATIC)
    triad_link_statically(${name})
  endif()
endfunction()

# triad_test(NAME SOURCES file... DEPS target... [LABELS label...] [TIMEOUT seconds] [TSAN] [SERIAL])
# One test binary, one ctest entry; a unit test unless LABELS say otherwise. TSAN
# marks a test whose binary links no gRPC: it is also built and run under thread
# sanitizer. SERIAL keeps other tests from running beside it.
function(triad_test name)
  cmake_parse_arguments(ARG "TSAN;SERIAL" "TIMEOUT" "SOURCES;DEPS;LABELS" ${ARGN})
  if(NOT TRIAD_TESTS)
    return()
  endif()
  if(TRIAD_SANITIZER STREQUAL "thread" AND NOT ARG_TSAN)
    return()
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} GTest::gmock GTest::gtest GTest::gtest_main triad_warnings)
  add_test(NAME ${name} COMMAND ${name})
  set(environment "")
  if(TRIAD_SANITIZER)
    # Five to fifteen times slower, its authors say.
    math(EXPR ARG_TIMEOUT "5 * ${ARG_TIMEOUT}")
    set(environment "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/cmake/tsan_suppressions.txt")
  endif()
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT}
    RUN_SERIAL ${ARG_SERIAL} ENVIRONMENT "${environment}")
  add_dependencies(triad_tests ${name})
endfunction()

# Every test binary. Under thread sanitizer, this is what gets built.
add_custom_target(triad_tests)
