# ingot_recipe(TARGET): makes the recipes of our images, as files of this source tree, part of TARGET, as what
# lib/image/recipe.hpp declares.
function(ingot_recipe target)
  set(archive "${CMAKE_CURRENT_BINARY_DIR}/recipe.tar.gz")
  set(parts manifests/node-image manifests/instance-image tools/node-image tools/instance-image tools/lib)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/manifests/node-image/*"
    "${CMAKE_SOURCE_DIR}/manifests/instance-image/*" "${CMAKE_SOURCE_DIR}/tools/lib/*")
  add_custom_command(
    OUTPUT "${archive}"
    COMMAND ${CMAKE_COMMAND} -E tar czf "${archive}" --format=gnutar ${parts}
    WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}"
    DEPENDS ${files} "${CMAKE_SOURCE_DIR}/tools/node-image" "${CMAKE_SOURCE_DIR}/tools/instance-image"
    VERBATIM)
  ingot_embed_file(${target} "${archive}" image/recipe.hpp image::recipe)
endfunction()
