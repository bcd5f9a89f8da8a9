# TRIAD_STATIC: binaries that need no file but themselves, for images without a system in them.
# Debian has an archive beside nearly every shared library, but the CMake files of the packages name
# the shared ones. What has no archive, or one that needs what has none, is built once by
# `./dev build static` (prometheus-cpp, curl).

# Before find_package(): the modules that look for a library themselves find the archive.
macro(triad_find_archives)
  set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
  set(CMAKE_SKIP_RPATH ON)
  # No -Bdynamic in front of a -l that a package brings.
  set(CMAKE_EXE_LINK_STATIC_CXX_FLAGS "")
  set(CMAKE_EXE_LINK_DYNAMIC_CXX_FLAGS "")
endmacro()

# After find_package(), in the same directory: every imported library becomes its archive.
function(triad_link_archives)
  get_property(targets DIRECTORY PROPERTY IMPORTED_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    if(type MATCHES "SHARED_LIBRARY|UNKNOWN_LIBRARY")
      triad_link_archive(${target})
    endif()
  endforeach()
  # An archive does not say what it needs.
  set_property(TARGET ICU::uc APPEND PROPERTY INTERFACE_LINK_LIBRARIES ICU::data)
endfunction()

function(triad_link_archive target)
  get_target_property(configurations ${target} IMPORTED_CONFIGURATIONS)
  set(suffixes "")
  if(configurations)
    list(TRANSFORM configurations PREPEND _ OUTPUT_VARIABLE suffixes)
  endif()
  foreach(suffix IN LISTS suffixes ITEMS "")
    get_target_property(location ${target} IMPORTED_LOCATION${suffix})
    string(REGEX REPLACE "\\.so[.0-9]*$" ".a" archive "${location}")
    if(location AND EXISTS "${archive}")
      set_target_properties(${target} PROPERTIES IMPORTED_LOCATION${suffix} "${archive}")
    endif()
  endforeach()
endfunction()

# Links a binary of ours so. The map says which members of which archives went in: what its bill of
# materials is made from.
function(triad_link_statically target)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/maps)
  target_link_options(${target} PRIVATE -static-pie -Wl,-Map=${CMAKE_BINARY_DIR}/maps/${target}.map)
endfunction()
