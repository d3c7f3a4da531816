# Installs the component as CMake package "smmuv3" and as pkg-config module "smmuv3".
#
# What an integrator links (arch, core, tlm, smmuv3) and nothing of the platform.  Headers go to a folder of their own,
# so that #include "smmuv3/smmu.h" means ours only for those who asked for it.
option(SMMU_INSTALL "Install the component as package smmuv3" ${PROJECT_IS_TOP_LEVEL})
if(NOT SMMU_INSTALL)
    return()
endif()

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)
set(headers ${CMAKE_INSTALL_INCLUDEDIR}/smmuv3-tlm)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/smmuv3)

# Position independent, because a user may put the static libraries into a shared library of theirs.
set_target_properties(smmuv3_core smmuv3_smmuv3 PROPERTIES
    POSITION_INDEPENDENT_CODE ON VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
set_target_properties(smmuv3_smmuv3 PROPERTIES OUTPUT_NAME smmuv3 INSTALL_RPATH $ORIGIN)  # finds core beside it

install(TARGETS smmuv3_arch smmuv3_core smmuv3_tlm smmuv3_smmuv3 EXPORT smmuv3Targets COMPONENT smmuv3
        INCLUDES DESTINATION ${headers})
install(DIRECTORY models/smmuv3 tlm_sockets DESTINATION ${headers} COMPONENT smmuv3 FILES_MATCHING PATTERN "*.h")

install(EXPORT smmuv3Targets NAMESPACE smmuv3:: DESTINATION ${package} COMPONENT smmuv3)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/smmuv3Config.cmake.in smmuv3Config.cmake
                              INSTALL_DESTINATION ${package})
write_basic_package_version_file(smmuv3ConfigVersion.cmake COMPATIBILITY SameMajorVersion)
install(FILES ${PROJECT_BINARY_DIR}/smmuv3Config.cmake ${PROJECT_BINARY_DIR}/smmuv3ConfigVersion.cmake
              ${CMAKE_CURRENT_LIST_DIR}/FindSystemCLanguage.cmake
        DESTINATION ${package} COMPONENT smmuv3)

# Relative to its own place, so that the installed tree may move.
set(pkgconfig ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
file(RELATIVE_PATH to_prefix /${pkgconfig} /)
configure_file(${CMAKE_CURRENT_LIST_DIR}/smmuv3.pc.in smmuv3.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/smmuv3.pc DESTINATION ${pkgconfig} COMPONENT smmuv3)
