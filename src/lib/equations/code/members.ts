/**
 * What layers of the toolkits call their own members: a weight of that name would take a member's place. Names that begin
 * with an underscore are left out, because none of the equations' names does. scripts/reference/cell-code.py holds the lists
 * against the toolkits.
 */

/** `dir(torch.nn.Module())`, PyTorch 2.13. */
export const MODULE_MEMBERS =
  'T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval ' +
  'extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict modules mtia ' +
  'named_buffers named_children named_modules named_parameters parameters register_backward_hook register_buffer ' +
  'register_forward_hook register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook ' +
  'register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module register_parameter ' +
  'register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory ' +
  'state_dict to to_empty train training type xpu zero_grad';

/** `dir(keras.layers.Layer())`, Keras 3.15; under PyTorch a layer is a module too, and `torch_params` is added. */
export const LAYER_MEMBERS =
  `${MODULE_MEMBERS} torch_params ` +
  'activity_regularizer add_loss add_metric add_variable add_weight autocast build build_from_config built call ' +
  'call_signature_parameters compute_dtype compute_mask compute_output_shape compute_output_spec count_params dtype ' +
  'dtype_policy from_config get_build_config get_config get_weights input input_dtype input_spec load_own_variables ' +
  'losses metrics metrics_variables name non_trainable_variables non_trainable_weights output path quantization_mode ' +
  'quantize quantized_build quantized_call rematerialized_call save_own_variables set_weights stateless_call ' +
  'supports_jit supports_masking symbolic_call trainable trainable_variables trainable_weights variable_dtype ' +
  'variables weights';
