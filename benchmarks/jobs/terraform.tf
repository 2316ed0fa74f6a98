# The same as passrole.yml, as it is written for Terraform.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "endpoint" { type = string }
variable "region" { type = string }
variable "subnet" { type = string }
variable "applications" { type = number }
variable "other" {
  type    = bool
  default = false
}

provider "aws" {
  region                      = var.region
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  endpoints {
    iam         = var.endpoint
    ec2         = var.endpoint
    autoscaling = var.endpoint
    sts         = var.endpoint
  }
}

resource "aws_iam_role" "app" {
  count = var.applications
  name  = "app-${count.index}"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy_attachment" "app" {
  count      = var.applications
  role       = aws_iam_role.app[count.index].name
  policy_arn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_instance_profile" "app" {
  count = var.applications
  name  = "app-${count.index}"
  role  = aws_iam_role.app[count.index].name
}

resource "aws_launch_template" "app" {
  count         = var.applications
  name          = "app-${count.index}"
  image_id      = "ami-12c6146b"
  instance_type = "t3.micro"
  iam_instance_profile {
    name = var.other ? "other" : aws_iam_instance_profile.app[count.index].name
  }
}

resource "aws_autoscaling_group" "app" {
  count               = var.applications
  name                = "app-${count.index}"
  min_size            = 1
  max_size            = 2
  vpc_zone_identifier = [var.subnet]
  launch_template {
    id      = aws_launch_template.app[count.index].id
    version = aws_launch_template.app[count.index].latest_version
  }
}
