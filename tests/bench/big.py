"""A release of many steps, no two of which say the same."""

HEAD = """\
# Copies orders, one step each, as nobody would write it and somebody will.
document:
  dsl: '1.0.3'
  title: Many steps
  metadata:
    slipway:
      slots:
        shop: {connector: orders-api, version: 1, title: Your shop}
input:
  schema:
    document:
      type: object
      properties:
        config:
          type: object
          required: [source]
          properties:
            source: {type: string, title: Source, minLength: 2}
            tags: {type: array, title: Tags, items: {type: string}}
do:
"""
STEP = """\
  - step{number}:
      call: openapi
      with:
        document:
          endpoint: connector://shop
        operationId: createOrder
        parameters:
          body:
            id: ${{ .orders[{number}].id }}
            first_name: ${{ .name{number} | split(" ")[0] }}
            last_name: ${{ .name{number} | split(" ")[1:] | join(" ") }}
            lifecycle: customer
            source: ${{ $workflow.input.config.source + "-{number}" }}
            tags: ${{ $workflow.input.config.tags }}
      # Order {number} may be made twice: the shop knows its id.
      metadata:
        slipway:
          safeToRepeat: true

"""


def text_of(steps: int) -> str:
    """The definition, with four expressions of its own in each step."""
    return HEAD + "".join(STEP.format(number=number) for number in range(steps))
