# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Sphinx is told of the site; whatever it warns of fails `make docs`."""

project = "passrole.ec2"
copyright = "passrole contributors"
title = html_short_title = "passrole.ec2"

extensions = ["sphinx.ext.intersphinx", "sphinx_antsibull_ext"]
# dev.docs writes the inventory, so that nothing is fetched.
intersphinx_mapping = {"ansible": ("https://docs.ansible.com/projects/ansible/latest/", "../elsewhere.inv")}

default_role = "any"
highlight_language = "YAML+Jinja"
html_copy_source = False
html_show_sphinx = False
html_theme = "sphinx_ansible_theme"
html_use_index = False
pygments_style = "ansible"
